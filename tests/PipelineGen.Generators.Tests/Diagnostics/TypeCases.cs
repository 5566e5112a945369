using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

internal static class TypeCases
{
    private const string Lines = "column id int8 not_null\nprimary_key p id";

    private static readonly CatalogText[] Catalogs = [TestCatalogs.Orders(), TestCatalogs.Customers()];

    private static TestProject Pipeline(string attribute, string rows = "") => new(
        $"""
        namespace Shop;
        [PostgresTable("public.orders")] public partial class Order;
        [PostgresTable("public.customers")] public partial class Customer;
        public class Plain;
        {rows}
        [{attribute}] public partial class ShopPipeline;
        """, Catalogs);

    private static TestProject Enums(string second, string space) => new(
        $"namespace Shop {{ [PostgresTable(\"public.a\")] public partial class A; }} namespace {space} {{ [PostgresTable(\"public.b\")] public partial class B; }}",
        CatalogText.Of("public.a", "table public.a kind=table replica_identity=default\ncolumn id int8 not_null\ncolumn s public.mood\nprimary_key p id\nenum public.mood \"ok\""),
        CatalogText.Of("public.b", $"table public.b kind=table replica_identity=default\ncolumn id int8 not_null\ncolumn s {second.Split(' ')[0]}\nprimary_key p id\nenum {second}"));

    public static IEnumerable<DiagnosticCase> All =>
    [
        new("PGEN0015", "row type",
            new TestProject("namespace Shop; [PostgresTable(\"public.orders\")] public class Order;", Catalogs),
            "'Order' has [PostgresTable] and must be partial, and so must the types around it: PipelineGen adds members to it",
            "Order",
            new TestProject("namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order;", Catalogs)),
        new("PGEN0015", "type around it",
            new TestProject("namespace Shop; public class Outer { [PostgresTable(\"public.orders\")] public partial class Order; }", Catalogs),
            "'Order' has [PostgresTable] and must be partial, and so must the types around it: PipelineGen adds members to it",
            "Order",
            new TestProject("namespace Shop; public partial class Outer { [PostgresTable(\"public.orders\")] public partial class Order; }", Catalogs)),
        new("PGEN0015", "pipeline",
            new TestProject("namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order; [Pipeline(\"shop\", typeof(Order))] public class ShopPipeline;", Catalogs),
            "'ShopPipeline' has [Pipeline] and must be partial, and so must the types around it: PipelineGen adds members to it",
            "ShopPipeline",
            Pipeline("Pipeline(\"shop\", typeof(Order))")),
        new("PGEN0016", "primary constructor",
            TestProject.Table(Lines).With("public partial class T", "public partial record T(int Extra)"),
            "'T' can't have [PostgresTable]: it has no constructor without parameters (a primary constructor, perhaps); properties are set after construction",
            "T",
            TestProject.Table(Lines, keyword: "record")),
        new("PGEN0016", "generic",
            TestProject.Table(Lines).With("public partial class T", "public partial class T<TKey>"),
            "'T' can't have [PostgresTable]: it is generic or stands in a generic type",
            "T",
            TestProject.Table(Lines)),
        new("PGEN0016", "abstract",
            TestProject.Table(Lines).With("public partial class T", "public abstract partial class T"),
            "'T' can't have [PostgresTable]: it is abstract, and rows are made of it",
            "T",
            TestProject.Table(Lines).With("public partial class T", "public sealed partial class T")),
        new("PGEN0017", "capital letter",
            Pipeline("Pipeline(\"Shop\", typeof(Order))"),
            "'Shop' can't be a pipeline's name: it names a replication slot, so it has 1 to 63 lower-case letters, digits and underscores",
            "Pipeline(\"Shop\", typeof(Order))",
            Pipeline("Pipeline(\"shop_1\", typeof(Order))")),
        new("PGEN0018", "no [PostgresTable]",
            Pipeline("Pipeline(\"shop\", typeof(Plain))"),
            "Pipeline 'shop': 'Shop.Plain' has no [PostgresTable(\"schema.table\")]",
            "Pipeline(\"shop\", typeof(Plain))",
            Pipeline("Pipeline(\"shop\", typeof(Order), typeof(Customer))")),
        new("PGEN0018", "no rows",
            Pipeline("Pipeline(\"shop\")"),
            "Pipeline 'shop': it has no row types; name them: [Pipeline(\"...\", typeof(Order))]",
            "Pipeline(\"shop\")",
            Pipeline("Pipeline(\"shop\", typeof(Order))")),
        new("PGEN0019", "one table twice",
            Pipeline("Pipeline(\"shop\", typeof(Order), typeof(Order2))", "[PostgresTable(\"public.orders\"), StarRocksTable(\"orders2\")] public partial class Order2;"),
            "Pipeline 'shop': 'Shop.Order' and 'Shop.Order2' both read 'public.orders'; a pipeline has one row type a table",
            "Pipeline(\"shop\", typeof(Order), typeof(Order2))",
            Pipeline("Pipeline(\"shop\", typeof(Order2))", "[PostgresTable(\"public.orders\"), StarRocksTable(\"orders2\")] public partial class Order2;")),
        new("PGEN0019", "one target twice",
            new TestProject("namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order; [PostgresTable(\"public.customers\"), StarRocksTable(\"orders\")] public partial class Customer; [Pipeline(\"shop\", typeof(Order), typeof(Customer))] public partial class P;", Catalogs),
            "Pipeline 'shop': 'Shop.Order' and 'Shop.Customer' both write StarRocks table 'orders'; a pipeline has one row type a table",
            "Pipeline(\"shop\", typeof(Order), typeof(Customer))",
            Pipeline("Pipeline(\"shop\", typeof(Order), typeof(Customer))")),
        new("PGEN0022", "files disagree",
            Enums("public.mood \"ok\" \"bad\"", "Shop"),
            "Enum 'public.mood' of table 'public.b' and enum 'public.mood' of table 'public.a' would both be 'Mood'. The catalog files are of different times: run `pipelinegen catalog pull`.",
            "PostgresTable(\"public.b\")",
            Enums("public.mood \"ok\"", "Shop")),
        new("PGEN0022", "two enums, one name",
            Enums("other.mood \"ok\"", "Shop"),
            "Enum 'other.mood' of table 'public.b' and enum 'public.mood' of table 'public.a' would both be 'Mood'. Put one of the row types into another namespace.",
            "PostgresTable(\"public.b\")",
            Enums("other.mood \"ok\"", "Shop.Other")),
        new("PGEN0022", "row type of the enum's name",
            Enums("public.a \"ok\"", "Shop"),
            "Enum 'public.a' of table 'public.b' and row type 'A' of table 'public.a' would both be 'A'. Name the row type otherwise, or put it into another namespace.",
            "PostgresTable(\"public.b\")",
            Enums("public.a \"ok\"", "Shop.Other")),
        new("PGEN0022", "two enums in one table",
            TestProject.Table("column id int8 not_null\ncolumn x public.mood\ncolumn y other.mood\nprimary_key p id\nenum public.mood \"ok\"\nenum other.mood \"ok\""),
            "Enum 'other.mood' of table 'public.t' and enum 'public.mood' of table 'public.t' would both be 'Mood'. Leave one of the columns out, or rename one of the types in Postgres.",
            "PostgresTable(\"public.t\")",
            TestProject.Table("column id int8 not_null\ncolumn x public.mood\ncolumn y other.temper\nprimary_key p id\nenum public.mood \"ok\"\nenum other.temper \"ok\"")),
    ];

    private static TestProject With(this TestProject project, string before, string after) =>
        project with { Source = project.Source.Replace(before, after, StringComparison.Ordinal) };
}
