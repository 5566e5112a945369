using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class ByteaCodecTests
{
    private static readonly ColumnInfo Binary = TestColumns.Of("bytea", "VARBINARY", maxBytes: 1048576);
    private static readonly ColumnInfo Hex = TestColumns.Of("bytea", "VARCHAR(256)", maxBytes: 256);

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("ff")]
    [InlineData("0001020304")]
    [InlineData("deadbeef")]
    [InlineData("5c7800")]
    public void Bytes_are_base64_in_a_value_and_hex_in_a_key(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Both<ByteaCodec>(Binary, bytes, "\\x" + hex, $"\"{Convert.ToBase64String(bytes)}\"");
        Both<ByteaHexCodec>(Hex, bytes, "\\x" + hex, $"\"{hex}\"");
    }

    [Fact]
    public void Every_byte_and_a_whole_megabyte_are_carried()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(static b => (byte)b)];
        Both<ByteaCodec>(Binary, all, "\\x" + Convert.ToHexStringLower(all), null);
        byte[] large = new byte[1048576];
        new Random(1).NextBytes(large);
        Both<ByteaCodec>(Binary, large, "\\x" + Convert.ToHexString(large), null);
    }

    [Fact]
    public void Longer_than_the_target_is_refused()
    {
        byte[] bytes = new byte[1048577];
        Carried.NeitherEncodes<ByteaCodec>(Binary, bytes, "\\x" + Convert.ToHexStringLower(bytes), "1048577 bytes", "1048576");
        byte[] key = new byte[129];
        Carried.NeitherEncodes<ByteaHexCodec>(Hex, key, "\\x" + Convert.ToHexStringLower(key), "256 ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("\\x0")]
    [InlineData("\\xzz")]
    [InlineData("abc")]
    [InlineData("\\000")]
    public void Text_that_is_not_hex_is_refused(string text)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Throws<ColumnValueException>(() => Carried.Json<ByteaCodec>(Binary, ColumnFormat.Text, bytes));
        Assert.Throws<ColumnValueException>(() => Carried.Json<ByteaHexCodec>(Hex, ColumnFormat.Text, bytes));
        Assert.Throws<ColumnValueException>(() => ByteaCodec.Decode(Binary, new ColumnValue(ColumnFormat.Text, bytes)));
    }

    private static void Both<TCodec>(ColumnInfo column, byte[] bytes, string text, string? json)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>
    {
        byte[] utf8 = System.Text.Encoding.ASCII.GetBytes(text);
        string fromBinary = Carried.Json<TCodec>(column, ColumnFormat.Binary, bytes);
        Assert.Equal(fromBinary, Carried.Json<TCodec>(column, ColumnFormat.Text, utf8));
        if (json is not null)
            Assert.Equal(json, fromBinary);
        else
            Assert.Equal(bytes, Convert.FromBase64String(fromBinary.Trim('"')));
        Assert.Equal(bytes, TCodec.Decode(column, new ColumnValue(ColumnFormat.Binary, bytes)).ToArray());
        Assert.Equal(bytes, TCodec.Decode(column, new ColumnValue(ColumnFormat.Text, utf8)).ToArray());
    }
}
