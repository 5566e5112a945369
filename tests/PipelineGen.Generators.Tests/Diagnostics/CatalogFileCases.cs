using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

internal static class CatalogFileCases
{
    private const string Order = "namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order;";

    private static readonly string Good = TestCatalogs.Orders().GetText()!.ToString();

    public static IEnumerable<DiagnosticCase> All =>
    [
        new("PGEN0001", "no such file",
            new TestProject(Order.Replace("orders", "order", StringComparison.Ordinal), TestCatalogs.Orders()),
            "No catalog file describes table 'public.order': looked for 'public.order.pgcatalog' among the 1 catalog files of this project. Run `pipelinegen catalog pull --table public.order` and commit the file; did you mean 'public.orders'?",
            "PostgresTable(\"public.order\")",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0002", "wrong header",
            new TestProject(Order, new CatalogText("/src/shop/catalog/public.orders.pgcatalog", Good.Replace("catalog 1", "catalog 9", StringComparison.Ordinal))),
            "Line 1: this file is of format 9 and was written by a newer pipelinegen; this one reads 1: update the PipelineGen packages. Run `pipelinegen catalog pull` to write the file anew.",
            "/src/shop/catalog/public.orders.pgcatalog:1",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0002", "torn line",
            new TestProject(Order, new CatalogText("/src/shop/catalog/public.orders.pgcatalog", Good.Replace("column total numeric(12,2)", "column total numeric(12,", StringComparison.Ordinal))),
            "Line 6: expected a type modifier (a number), found the end of the line. Run `pipelinegen catalog pull` to write the file anew.",
            "/src/shop/catalog/public.orders.pgcatalog:6",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0003", "copied file",
            new TestProject(Order, new CatalogText("/src/shop/catalog/public.orders.pgcatalog", Good.Replace("table public.orders", "table public.orders_old", StringComparison.Ordinal))),
            "'public.orders.pgcatalog' describes table 'public.orders_old', whose file is called 'public.orders_old.pgcatalog'. Run `pipelinegen catalog pull` instead of renaming or copying catalog files.",
            "/src/shop/catalog/public.orders.pgcatalog:1",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0003", "two folders",
            new TestProject(Order, TestCatalogs.Orders(), new CatalogText("/src/shop/old/public.orders.pgcatalog", Good)),
            "'old/public.orders.pgcatalog' and 'catalog/public.orders.pgcatalog' have one name, so both are of one table. Run `pipelinegen catalog pull` instead of renaming or copying catalog files.",
            "/src/shop/old/public.orders.pgcatalog:1",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0004", "no schema",
            new TestProject(Order.Replace("public.orders", "orders", StringComparison.Ordinal), TestCatalogs.Orders()),
            "'orders' is not a table name with its schema: expected 'schema.table', such as 'public.orders'",
            "PostgresTable(\"orders\")",
            new TestProject(Order, TestCatalogs.Orders())),
        new("PGEN0026", "partition",
            TestProject.Table("column id int4 not_null\nprimary_key p id", kind: "kind=partition root=public.\"All\" replica_identity=default"),
            "'public.t' is a partition of 'public.All'. Name the root instead, [PostgresTable(\"public.All\")]: changes of all its partitions arrive under the root's name.",
            "PostgresTable(\"public.t\")",
            TestProject.Table("column id int4 not_null\nprimary_key p id", kind: "kind=partitioned_table replica_identity=default")),
        new("PGEN0026", "foreign table",
            TestProject.Table("column id int4 not_null\nprimary_key p id", kind: "kind=foreign_table replica_identity=default"),
            "'public.t' is a foreign table. Its changes happen on another server: replicate from there.",
            "PostgresTable(\"public.t\")",
            TestProject.Table("column id int4 not_null\nprimary_key p id")),
    ];
}
