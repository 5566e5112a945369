using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

public class HstoreCodecTests
{
    private static readonly ColumnInfo Column = TestColumns.Of("public.hstore", "MAP<VARCHAR(1048576),VARCHAR(1048576)>");

    public static TheoryData<string?[], string, string> Maps => new()
    {
        { [], "", "{}" },
        { ["a", "1"], "\"a\"=>\"1\"", "{\"a\":\"1\"}" },
        { ["a", null, "b", "NULL", "cc", ""], "\"a\"=>NULL, \"b\"=>\"NULL\", \"cc\"=>\"\"", "{\"a\":null,\"b\":\"NULL\",\"cc\":\"\"}" },
        { ["", "empty"], "\"\"=>\"empty\"", "{\"\":\"empty\"}" },
        { ["a\"b", "c\\d", "=>, ", "\n"], "\"a\\\"b\"=>\"c\\\\d\", \"=>, \"=>\"\n\"", "{\"a\\\"b\":\"c\\\\d\",\"=>, \":\"\\n\"}" },
        { ["ä", "😀"], "\"ä\"=>\"😀\"", "{\"ä\":\"😀\"}" },
    };

    [Theory]
    [MemberData(nameof(Maps))]
    public void An_hstore_is_a_MAP(string?[] pairs, string text, string json)
    {
        byte[] binary = Hstore(pairs);
        Dictionary<string, string?> map = pairs.Chunk(2).ToDictionary(static pair => pair[0]!, static pair => pair[1]);
        Carried.Both<HstoreCodec, IReadOnlyDictionary<string, string?>>(Column, binary, text, json, map);
        Printed.Both<HstoreCodec>(Column, binary, text);
        Printed.TornIsRefused<HstoreCodec, IReadOnlyDictionary<string, string?>>(Column, binary);
    }

    [Theory]
    [InlineData("b", "1", "a", "2")]
    [InlineData("a", "1", "a", "2")]
    [InlineData("aa", "1", "b", "2")]
    public void Keys_that_are_not_in_order_are_refused(params string[] pairs) =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<HstoreCodec>(Column, ColumnFormat.Binary, Hstore(pairs)));

    [Theory]
    [InlineData("a")]
    [InlineData("\"a\"")]
    [InlineData("\"a\"=>")]
    [InlineData("\"a\"=>\"1")]
    [InlineData("\"a\"=>1")]
    [InlineData("\"a\"=>\"1\",\"b\"=>\"2\"")]
    [InlineData("\"a\"=>\"1\", ")]
    [InlineData("\"a\"=>\"1\", \"a\"=>\"2\"")]
    [InlineData("NULL=>\"1\"")]
    public void Torn_text_is_refused(string text)
    {
        Printed.TextIsRefused<HstoreCodec, IReadOnlyDictionary<string, string?>>(Column, text);
        Assert.Throws<ColumnValueException>(() => Carried.Json<HstoreCodec>(Column, ColumnFormat.Text, Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Keys_and_values_have_the_limits_of_the_column()
    {
        ColumnInfo column = TestColumns.Of("public.hstore", "MAP<VARCHAR(3),VARCHAR(3)>", maxBytes: 3);
        Assert.Equal("{\"abc\":\"def\"}", Carried.Json<HstoreCodec>(column, ColumnFormat.Binary, Hstore("abc", "def")));
        Carried.NeitherEncodes<HstoreCodec>(column, Hstore("abc", "defg"), "\"abc\"=>\"defg\"", "\"abc\"=>\"defg\"", "more than the 3 bytes");
        Carried.NeitherEncodes<HstoreCodec>(column, Hstore("abcd", null), "\"abcd\"=>NULL", "more than the 3 bytes");
    }

    /// <summary>hstore_send.</summary>
    private static byte[] Hstore(params string?[] pairs) =>
        [.. Int32(pairs.Length / 2), .. pairs.SelectMany(static item => item is null ? Int32(-1) : [.. Int32(Encoding.UTF8.GetByteCount(item)), .. Encoding.UTF8.GetBytes(item)])];
}
