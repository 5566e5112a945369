using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Tests.Postgres;

public class SourceShapeTests
{
    private static readonly TableLayout Layout = new()
    {
        Schema = "public",
        Name = "orders",
        TargetTable = "orders",
        Columns = [Column("id", "int8", 20, isKey: true), Column("total", "numeric(12,2)", 1700), Column("tags", "text[]", 1009, notNull: false), Column("status", "public.order_status", 0)],
        Key = [0],
        IgnoredColumns = ["secret"],
        CreateTable = "",
    };

    private static readonly SourceShape Same = new(16384, 'r', 'd', ["id"],
    [
        Live("id", "int8", 20), Live("total", "numeric", 1700), Live("tags", "text[]", 1009, notNull: false), Live("status", "public.order_status", 16400), Live("secret", "text", 25), Live("added", "text", 25),
    ]);

    [Fact]
    public void The_table_as_compiled_differs_in_nothing()
    {
        Assert.Empty(Same.Differences(Layout));
        Assert.Empty((Same with { Kind = 'p' }).Differences(Layout));
        Assert.Equal([20u, 1700, 1009, 16400], Same.TypeOids(Layout));
        Assert.Equal(["added"], Same.ColumnsNotCompiled(Layout));
    }

    [Theory]
    [InlineData("id", "int4", "column id is int4, compiled as int8")]
    [InlineData("tags", "text", "column tags is text, compiled as text[]")]
    [InlineData("tags", "varchar[]", "column tags is varchar[], compiled as text[]")]
    [InlineData("status", "other.order_status", "column status is other.order_status, compiled as public.order_status")]
    public void Another_type_is_a_difference(string column, string type, string said) =>
        Assert.Equal([said], With(c => c.Name == column ? c with { Type = Type(type) } : c).Differences(Layout));

    [Fact]
    public void Other_modifiers_are_none() => Assert.Empty(With(static c => c.Name == "total" ? c with { Type = Type("numeric(30,5)") with { Modifiers = default } } : c).Differences(Layout));

    [Fact]
    public void A_column_that_is_gone_and_one_that_became_nullable_are_differences()
    {
        Assert.Equal(["column total is gone"], (Same with { Columns = [.. Same.Columns.Where(static c => c.Name != "total")] }).Differences(Layout));
        Assert.Equal(["column total is nullable, compiled as NOT NULL"], With(static c => c.Name == "total" ? c with { NotNull = false } : c).Differences(Layout));
        Assert.Empty(With(static c => c.Name == "tags" ? c with { NotNull = true } : c).Differences(Layout));
    }

    [Fact]
    public void A_view_is_no_table() => Assert.Contains("relkind 'v'", Assert.Single((Same with { Kind = 'v' }).Differences(Layout)), StringComparison.Ordinal);

    [Fact]
    public void The_replica_identity_must_cover_the_key()
    {
        string said = Assert.Single((Same with { ReplicaIdentity = 'n', IdentityColumns = [] }).Differences(Layout));
        Assert.Contains("does not cover the key column id", said, StringComparison.Ordinal);
        Assert.Contains("ALTER TABLE \"public\".\"orders\" REPLICA IDENTITY", said, StringComparison.Ordinal);
        Assert.Empty((Same with { ReplicaIdentity = 'f', IdentityColumns = ["total", "id", "tags"] }).Differences(Layout));
    }

    [Fact]
    public void Updates_leave_out_unchanged_large_values_unless_the_old_row_is_sent_whole()
    {
        Assert.NotEmpty(Same.ColumnsLeftOut(Layout));
        Assert.DoesNotContain("id", Same.ColumnsLeftOut(Layout));
        Assert.Empty((Same with { ReplicaIdentity = 'f' }).ColumnsLeftOut(Layout));
    }

    private static SourceShape With(Func<LiveColumn, LiveColumn> change) => Same with { Columns = [.. Same.Columns.Select(change)] };

    private static LiveColumn Live(string name, string type, uint oid, bool notNull = true) => new(name, oid, Type(type), notNull, MayBeOutOfLine: type is "text" or "numeric" || type.EndsWith("[]", StringComparison.Ordinal));

    private static TypeReference Type(string text) => CatalogFormat.TryReadType(text, out TypeReference type) ? type : throw new ArgumentException(text);

    private static ColumnInfo Column(string name, string type, uint oid, bool isKey = false, bool notNull = true) => new()
    {
        Table = "public.orders", Name = name, TargetName = name, LoadName = name, PostgresType = type, TypeOid = oid, StarRocksType = "ANY", IsKey = isKey, NotNull = notNull,
    };
}
