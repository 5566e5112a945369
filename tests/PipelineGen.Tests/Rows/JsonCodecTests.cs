using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class JsonCodecTests
{
    private static readonly ColumnInfo Json = TestColumns.Of("jsonb", "JSON");
    private static readonly ColumnInfo Varchar = TestColumns.Of("jsonb", "VARCHAR(1048576)", maxBytes: 1048576);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("\"text with \\\"quotes\\\" and \\u0001\"")]
    [InlineData("{\"a\": [1, null, {\"b\": \"null\"}]}")]
    [InlineData("123456789012345678901234567890.12345")]
    [InlineData("{\"ä\": \"😀\"}")]
    [InlineData("\"null\"")]
    public void Documents_are_carried_as_they_are(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] binary = [1, .. utf8];
        Carried.Both<JsonbCodec, PgJson>(Json, binary, text, text, new PgJson(utf8));
        Carried.Both<JsonCodec, PgJson>(Json, utf8, text, text, new PgJson(utf8));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<JsonbTextCodec>(Varchar, ColumnFormat.Binary, binary)));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<JsonbTextCodec>(Varchar, ColumnFormat.Text, utf8)));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<JsonTextCodec>(Varchar, ColumnFormat.Text, utf8)));
        Assert.Equal(new PgJson(utf8), JsonbTextCodec.Decode(Varchar, new ColumnValue(ColumnFormat.Binary, binary)));
    }

    [Theory]
    [InlineData("{\"b\": 1, \"a\": 2, \"b\": 3}")]
    [InlineData("{ \"a\" :\n\t1 }")]
    public void A_varchar_keeps_the_text_of_json_itself(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<JsonTextCodec>(Varchar, ColumnFormat.Binary, utf8)));
        Assert.Equal(text, JsonTextCodec.Decode(Varchar, new ColumnValue(ColumnFormat.Text, utf8)).ToString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData(" null\n")]
    public void The_document_null_would_become_SQL_NULL_and_is_refused(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Carried.NeitherEncodes<JsonbCodec>(Json, [1, .. utf8], text, "would become SQL NULL", "StarRocksType = ");
        Carried.NeitherEncodes<JsonCodec>(Json, utf8, text, "would become SQL NULL");
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<JsonbTextCodec>(Varchar, ColumnFormat.Binary, [1, .. utf8])));
    }

    [Fact]
    public void Another_version_of_jsonb_is_refused()
    {
        Assert.Throws<ColumnValueException>(() => Carried.Json<JsonbCodec>(Json, ColumnFormat.Binary, [2, (byte)'1']));
        Assert.Throws<ColumnValueException>(() => Carried.Json<JsonbCodec>(Json, ColumnFormat.Binary, [1]));
        Assert.Throws<ColumnValueException>(() => Carried.Json<JsonbTextCodec>(Varchar, ColumnFormat.Binary, []));
        Assert.Throws<ColumnValueException>(() => JsonbCodec.Decode(Json, new ColumnValue(ColumnFormat.Binary, "{}"u8)));
    }

    [Fact]
    public void A_document_that_is_empty_is_torn()
    {
        // Nothing behind a column's name would tear the whole load.
        Assert.Throws<ColumnValueException>(() => Encode<JsonCodec>([]));
        Assert.Throws<ColumnValueException>(() => Encode<JsonbCodec>([]));
        Assert.Throws<ColumnValueException>(() => Encode<JsonCodec>("  "u8.ToArray()));

        static void Encode<TCodec>(byte[] text)
            where TCodec : struct, IColumnEncoder
        {
            using var buffer = new LoadBuffer();
            var writer = new LoadWriter(buffer);
            TCodec.Encode(Json, new ColumnValue(ColumnFormat.Text, text), ref writer);
        }
    }

    [Fact]
    public void Text_over_the_limit_is_refused()
    {
        ColumnInfo four = TestColumns.Of("json", "VARCHAR(4)", maxBytes: 4);
        Carried.NeitherEncodes<JsonTextCodec>(four, "[1,2]"u8.ToArray(), "[1,2]", "5 bytes");
        Carried.NeitherEncodes<JsonbTextCodec>(four, [1, .. "[1,2]"u8], "[1,2]", "5 bytes");
    }

    [Fact]
    public void Equality_is_of_the_text()
    {
        Assert.Equal(new PgJson("{}"u8.ToArray()), new PgJson("{}"u8.ToArray()));
        Assert.True(new PgJson("1"u8.ToArray()) == new PgJson("1"u8.ToArray()));
        Assert.True(new PgJson("1"u8.ToArray()) != new PgJson("1.0"u8.ToArray()));
        Assert.Equal(new PgJson("1"u8.ToArray()).GetHashCode(), new PgJson("1"u8.ToArray()).GetHashCode());
    }
}
