using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class ArrayCodecTests
{
    private static readonly ColumnInfo Texts = TestColumns.Of("text[]", "ARRAY<VARCHAR(1048576)>", maxBytes: 1048576);
    private static readonly ColumnInfo Ints = TestColumns.Of("int4[]", "ARRAY<INT>");
    private static readonly ColumnInfo Numerics = TestColumns.Of("numeric(10,2)[]", "ARRAY<DECIMAL(10,2)>", precision: 10, scale: 2);

    public static TheoryData<string, string?[]> TextArrays => new()
    {
        { "{}", [] },
        { "{a}", ["a"] },
        { "{a,b,c}", ["a", "b", "c"] },
        { "{NULL}", [null] },
        { "{\"NULL\",NULL,null-like,\"null\"}", ["NULL", null, "null-like", "null"] },
        { "{\"\"}", [""] },
        { "{\"\",NULL,\"\"}", ["", null, ""] },
        { "{\"a,b\",\"{c}\",\"d}\"}", ["a,b", "{c}", "d}"] },
        { "{\"say \\\"hi\\\"\",\"back\\\\slash\",\"\\\\\"}", ["say \"hi\"", "back\\slash", "\\"] },
        { "{\" space \",\"tab\tx\",\"line\nx\"}", [" space ", "tab\tx", "line\nx"] },
        { "{äöü,😀}", ["äöü", "😀"] },
    };

    [Theory]
    [MemberData(nameof(TextArrays))]
    public void Arrays_of_text(string text, string?[] elements)
    {
        byte[] binary = elements.Length == 0 ? [.. PgBinary.Int32(0), .. PgBinary.Int32(0), .. PgBinary.Int32(25)] : PgBinary.Array([.. elements.Select(static e => e is null ? null : Encoding.UTF8.GetBytes(e))]);
        string json = Carried.Json<ReferenceArrayCodec<TextCodec, string>>(Texts, ColumnFormat.Binary, binary);
        Assert.Equal(elements, System.Text.Json.JsonSerializer.Deserialize<string?[]>(json));
        Carried.Both<ReferenceArrayCodec<TextCodec, string>, string?[]>(Texts, binary, text, json, elements);
    }

    [Theory]
    [InlineData("{1,-2,NULL,2147483647}", "[1,-2,null,2147483647]")]
    [InlineData("{NULL,NULL}", "[null,null]")]
    public void Arrays_of_values(string text, string json)
    {
        int?[] elements = [.. text.Trim('{', '}').Split(',').Select(static e => e == "NULL" ? (int?)null : int.Parse(e, System.Globalization.CultureInfo.InvariantCulture))];
        byte[] binary = PgBinary.Array([.. elements.Select(static e => e is { } n ? PgBinary.Int32(n) : null)]);
        Carried.Both<ValueArrayCodec<Int4Codec, int>, int?[]>(Ints, binary, text, json, elements);
    }

    [Fact]
    public void Elements_keep_the_rules_of_their_codec()
    {
        Carried.Both<ValueArrayCodec<NumericCodec, decimal>, decimal?[]>(
            Numerics, PgBinary.Array(PgBinary.Numeric("1.50"), null, PgBinary.Numeric("-0.01")), "{1.50,NULL,-0.01}", "[1.50,null,-0.01]", [1.50m, null, -0.01m]);
        Carried.NeitherEncodes<ValueArrayCodec<NumericCodec, decimal>>(Numerics, PgBinary.Array(PgBinary.Numeric("NaN")), "{NaN}", "NaN", "sample");
        ColumnInfo dates = TestColumns.Of("date[]", "ARRAY<DATE>");
        Carried.NeitherEncodes<ValueArrayCodec<DateCodec, DateOnly>>(dates, PgBinary.Array(PgBinary.Int32(int.MaxValue)), "{infinity}", "infinity");
        ColumnInfo small = TestColumns.Of("varchar(1)[]", "ARRAY<VARCHAR(2)>", maxBytes: 2);
        Carried.NeitherEncodes<ReferenceArrayCodec<TextCodec, string>>(small, PgBinary.Array("ok"u8.ToArray(), "far"u8.ToArray()), "{ok,far}", "far", "3 bytes");
    }

    [Fact]
    public void Jsonb_elements_keep_their_documents()
    {
        ColumnInfo column = TestColumns.Of("jsonb[]", "ARRAY<JSON>");
        Assert.Equal("[{\"a\": 1},null]", Carried.Json<ValueArrayCodec<JsonbCodec, PgJson>>(column, ColumnFormat.Binary, PgBinary.Array([1, .. "{\"a\": 1}"u8], null)));
        Assert.Equal("[{\"a\": 1},null]", Carried.Json<ValueArrayCodec<JsonbCodec, PgJson>>(column, ColumnFormat.Text, "{\"{\\\"a\\\": 1}\",NULL}"u8));
    }

    [Fact]
    public void Several_dimensions_are_refused() => Carried.NeitherEncodes<ValueArrayCodec<Int4Codec, int>>(
        Ints, PgBinary.Array(2, 1, PgBinary.Int32(1), PgBinary.Int32(2)), "{{1},{2}}", "has several dimensions or a lower bound other than 1");

    [Theory]
    [InlineData(0, "[0:1]={1,2}")]
    [InlineData(-5, "[-5:-4]={1,2}")]
    public void Another_lower_bound_is_refused(int bound, string text) => Carried.NeitherEncodes<ValueArrayCodec<Int4Codec, int>>(
        Ints, PgBinary.Array(1, bound, PgBinary.Int32(1), PgBinary.Int32(2)), text, "has several dimensions or a lower bound other than 1");

    [Fact]
    public void Torn_binary_is_refused()
    {
        byte[] good = PgBinary.Array(PgBinary.Int32(1), null, PgBinary.Int32(3));
        for (int length = 0; length < good.Length; length++)
            Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, good.AsSpan(0, length)));
        Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, [.. good, 0]));
        byte[] huge = [.. good];
        PgBinary.Int32(int.MaxValue).CopyTo(huge, 12);
        Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<Int4Codec, int>>(Ints, ColumnFormat.Binary, huge));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("1,2")]
    [InlineData("{1,}")]
    [InlineData("{,1}")]
    [InlineData("{\"a}")]
    [InlineData("{\"a\"b}")]
    [InlineData("{\"a\\}")]
    [InlineData("{1}{2}")]
    public void Torn_text_is_refused(string text) =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<ValueArrayCodec<Int4Codec, int>>(Ints, ColumnFormat.Text, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void An_error_in_the_middle_of_an_array_leaves_nothing_of_the_row()
    {
        using var buffer = new LoadBuffer();
        Assert.Throws<ColumnValueException>(() =>
        {
            var writer = new LoadWriter(buffer);
            writer.Column<ValueArrayCodec<Int4Codec, int>>(Ints, new ColumnValue(ColumnFormat.Text, "{1,x}"u8), "{\"v\":"u8);
        });
        Assert.Equal((0L, 0), (buffer.Length, buffer.Rows));
    }
}
