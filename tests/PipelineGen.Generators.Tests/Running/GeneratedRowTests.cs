using System.Text.Json;
using PipelineGen.Generators.Tests.Harness;
using PipelineGen.Rows;

namespace PipelineGen.Generators.Tests.Running;

/// <summary>Generated code, compiled and run over tuples in both formats.</summary>
public sealed class GeneratedRowTests
{
    private const string Row = "Shop.Order";

    private static readonly CompiledShop Shop = new(
        """
        namespace Shop;
        [PostgresTable("public.orders")]
        [Column("note", Ignore = true)]
        [Column("qty", TargetName = "quan\"tity")]
        public partial class Order
        {
            /// <summary>Gross.</summary>
            public partial decimal? Total { get; }
        }
        [Pipeline("shop", typeof(Order))]
        public partial class ShopPipeline;
        """,
        CatalogText.Of("public.orders",
            """
            table public.orders kind=table replica_identity=default
            column status public.order_status not_null
            column total numeric(12,2)
            column note text
            column qty int4 not_null
            column history public.order_status[]
            column tags text[] not_null
            column photo bytea not_null
            column id int8 not_null
            column placed_at timestamptz not_null
            primary_key orders_pkey id
            enum public.order_status "new" "in transit"
            """));

    // array_send: dimensions, has-nulls, element type, size, lower bound, then length and bytes of each element.
    private static RecordedTuple BinaryTuple() => new RecordedTuple()
        .Binary("in transit"u8.ToArray())
        .Binary(0, 2, 0, 0, 0, 0, 0, 2, 0, 12, 0x13, 0x88)
        .Binary(0, 0, 0, 3)
        .Binary([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 3, .. "new"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4, .. "gone"u8])
        .Binary([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, .. "a\"b"u8])
        .Binary(1, 2, 3)
        .Int8(42)
        .Int8(86_400_000_000);

    private static RecordedTuple TextTuple() => new RecordedTuple()
        .Text("in transit").Text("12.50").Text("3").Text("{new,NULL,gone}").Text("{\"a\\\"b\"}").Text("\\x010203").Text("42").Text("2000-01-02 00:00:00+00");

    public static TheoryData<string> Formats => ["binary", "text"];

    private static RecordedTuple Tuple(string format) => format == "binary" ? BinaryTuple() : TextTuple();

    [Fact]
    public void ALabelThatTheBuildDoesNotKnow_PassesThroughAndIsToldOfOnce()
    {
        var shop = new CompiledShop(
            "namespace Shop; [PostgresTable(\"public.feelings\")] public partial class Feeling;",
            CatalogText.Of("public.feelings", "table public.feelings kind=table replica_identity=default\ncolumn id int8 not_null\ncolumn mood public.mood\nprimary_key p id\nenum public.mood \"ok\" \"bad\""));
        var told = new List<string>();
        void Met(ColumnInfo column, string label)
        {
            if (column.Table == "public.feelings")
                told.Add($"{column.Name} {label}");
        }

        UnknownLabels.Met += Met;
        try
        {
            foreach (string label in new[] { "ok", "new", "new", "newer", "bad", "new" })
                Assert.Contains($"\"mood\":\"{label}\"", shop.Upsert("Shop.Feeling", new RecordedTuple().Int8(1).Text(label)), StringComparison.Ordinal);
        }
        finally
        {
            UnknownLabels.Met -= Met;
        }

        Assert.Equal(["mood new", "mood newer"], told);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Upsert_WritesKeysFirst_InBothFormatsTheSame(string format)
    {
        string line = Shop.Upsert(Row, Tuple(format));

        Assert.Equal(
            """{"id":42,"status":"in transit","total":12.50,"quan\"tity":3,"history":["new",null,"gone"],"tags":["a\"b"],"__b64_photo":"AQID","placed_at":"2000-01-02 00:00:00","__op":0}""" + "\n",
            line);
        JsonDocument.Parse(line);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Decode_FillsTheProperties_InBothFormatsTheSame(string format)
    {
        object row = Shop.Decode(Row, Tuple(format));

        Assert.Equal(42L, CompiledShop.Property(row, "Id"));
        Assert.Equal("InTransit", CompiledShop.Property(row, "Status")!.ToString());
        Assert.Equal(12.50m, CompiledShop.Property(row, "Total"));
        Assert.Equal(3, CompiledShop.Property(row, "Qty"));
        Assert.Equal(["New", null, "Unknown"], ((Array)CompiledShop.Property(row, "History")!).Cast<object?>().Select(static v => v?.ToString()));
        Assert.Equal("a\"b", Assert.Single((string?[])CompiledShop.Property(row, "Tags")!));
        Assert.Equal([1, 2, 3], ((ReadOnlyMemory<byte>)CompiledShop.Property(row, "Photo")!).ToArray());
        Assert.Equal(new DateTime(2000, 1, 2, 0, 0, 0, DateTimeKind.Utc), CompiledShop.Property(row, "PlacedAt"));
        Assert.Null(row.GetType().GetProperty("Note"));
    }

    [Fact]
    public void Upsert_LeavesUnchangedToastOut_AndKeepsNull()
    {
        RecordedTuple tuple = new RecordedTuple().Text("new").Null().Text("1").Unchanged().Text("{}").Unchanged().Text("7").Text("2000-01-01 00:00:00+00");

        Assert.Equal(
            """{"id":7,"status":"new","total":null,"quan\"tity":1,"tags":[],"placed_at":"2000-01-01 00:00:00","__op":0}""" + "\n",
            Shop.Upsert(Row, tuple));
    }

    [Fact]
    public void Delete_CarriesTheKeyAndFillersForNotNullColumns()
    {
        RecordedTuple key = new RecordedTuple().Null().Null().Null().Null().Null().Null().Int8(7).Null();

        string line = Shop.Delete(Row, key);

        Assert.Equal("""{"id":7,"status":"","quan\"tity":0,"tags":[],"__b64_photo":"","placed_at":"1970-01-01 00:00:00","__op":1}""" + "\n", line);
        JsonDocument.Parse(line);
    }

    [Fact]
    public void Delete_WithoutItsKey_Stops()
    {
        RecordedTuple key = new RecordedTuple().Null().Null().Null().Null().Null().Null().Null().Null();

        ColumnValueException error = Assert.Throws<ColumnValueException>(() => Shop.Delete(Row, key));
        Assert.Equal("id", error.Column.Name);
    }

    [Fact]
    public void Decode_OfUnchangedToast_Stops() =>
        Assert.Throws<ColumnValueException>(static () => Shop.Decode(Row, new RecordedTuple().Text("new").Null().Text("1").Null().Unchanged().Text("\\x").Text("7").Text("2000-01-01 00:00:00+00")));

    [Fact]
    public void Layout_SaysWhatWasCompiled()
    {
        TableLayout layout = Shop.Codec(Row).Layout;

        Assert.Same(layout, Shop.Codec(Row).Layout);
        Assert.Equal("public.orders", layout.FullName);
        Assert.Equal("orders", layout.TargetTable);
        Assert.Equal([6], layout.Key);
        Assert.Equal(["note"], layout.IgnoredColumns);
        Assert.Equal(["status", "total", "qty", "history", "tags", "photo", "id", "placed_at"], layout.Columns.Select(static c => c.Name));
        Assert.Equal("`photo`=if(`__b64_photo`='','',from_base64(`__b64_photo`))", layout.Columns[5].LoadExpression);
        Assert.Equal(Shop.Type(Row).GetField("StarRocksDdl")!.GetRawConstantValue(), layout.CreateTable);
        Assert.StartsWith("-- Generated by PipelineGen from catalog/public.orders.pgcatalog. Do not edit", layout.CreateTable, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipeline_ListsItsTables()
    {
        var definition = (PipelineDefinition)Shop.Type("Shop.ShopPipeline").GetProperty("Definition")!.GetValue(null)!;

        Assert.Equal("shop", definition.Name);
        Assert.Same(Shop.Codec(Row), Assert.Single(definition.Tables));
    }
}
