using System.Globalization;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class ScalarCodecTests
{
    [Theory]
    [InlineData(true, 1, "t", "true")]
    [InlineData(false, 0, "f", "false")]
    public void Bools(bool value, byte binary, string text, string json) =>
        Carried.Both<BoolCodec, bool>(TestColumns.Of("bool", "BOOLEAN"), [binary], text, json, value);

    [Fact]
    public void Neither_true_nor_false_is_refused()
    {
        ColumnInfo column = TestColumns.Of("bool", "BOOLEAN");
        Carried.NeitherEncodes<BoolCodec>(column, [2], "true", "bool");
        Carried.NeitherDecodes<BoolCodec, bool>(column, [], "");
        Carried.NeitherEncodes<BoolCodec>(column, [(byte)'t'], "\u0001");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(short.MinValue)]
    [InlineData(short.MaxValue)]
    public void Int2(short value) =>
        Carried.Both<Int2Codec, short>(TestColumns.Of("int2", "SMALLINT"), PgBinary.Int16(value), Text(value), Text(value), value);

    [Theory]
    [InlineData(0)]
    [InlineData(-42)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Int4(int value) =>
        Carried.Both<Int4Codec, int>(TestColumns.Of("int4", "INT"), PgBinary.Int32(value), Text(value), Text(value), value);

    [Theory]
    [InlineData(0)]
    [InlineData(9007199254740993)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Int8(long value) =>
        Carried.Both<Int8Codec, long>(TestColumns.Of("int8", "BIGINT"), PgBinary.Int64(value), Text(value), Text(value), value);

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Oids_are_unsigned(uint value) =>
        Carried.Both<OidCodec, uint>(TestColumns.Of("oid", "BIGINT"), PgBinary.Int32(value), Text(value), Text(value), value);

    [Theory]
    [InlineData("")]
    [InlineData("1.0")]
    [InlineData("32768")]
    [InlineData("-32769")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("99999999999999999999")]
    public void Text_that_is_no_int2_is_refused(string text) =>
        Carried.NeitherEncodes<Int2Codec>(TestColumns.Of("int2", "SMALLINT"), [0, 0, 0], text, "int2");

    [Fact]
    public void Integers_of_another_width_are_refused()
    {
        Carried.NeitherDecodes<Int4Codec, int>(TestColumns.Of("int4", "INT"), new byte[8], "2147483648");
        Carried.NeitherDecodes<Int8Codec, long>(TestColumns.Of("int8", "BIGINT"), new byte[4], "9223372036854775808");
        Carried.NeitherDecodes<OidCodec, uint>(TestColumns.Of("oid", "BIGINT"), new byte[8], "-1");
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(0.1f, "0.1")]
    [InlineData(-1.5f, "-1.5")]
    [InlineData(float.MaxValue, "3.4028235e+38")]
    [InlineData(float.MinValue, "-3.4028235e+38")]
    [InlineData(float.Epsilon, "1e-45")]
    [InlineData(1.17549435E-38f, "1.1754944e-38")]
    [InlineData(16777217f, "1.6777216e+07")]
    public void Float4_has_the_shortest_text_that_reads_back(float value, string text) =>
        Floats<Float4Codec, float>(TestColumns.Of("float4", "FLOAT"), PgBinary.Float(value), text, value, static t => float.Parse(t, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(0d, "0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-123456.789, "-123456.789")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(2.2250738585072014E-308, "2.2250738585072014e-308")]
    [InlineData(9007199254740993d, "9.007199254740992e+15")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    public void Float8_has_the_shortest_text_that_reads_back(double value, string text) =>
        Floats<Float8Codec, double>(TestColumns.Of("float8", "DOUBLE"), PgBinary.Double(value), text, value, static t => double.Parse(t, CultureInfo.InvariantCulture));

    [Fact]
    public void The_sign_of_a_float_zero_is_kept()
    {
        Assert.Equal("-0.0", Carried.Json<Float8Codec>(TestColumns.Of("float8", "DOUBLE"), ColumnFormat.Binary, PgBinary.Double(-0.0)));
        Assert.Equal("-0.0", Carried.Json<Float4Codec>(TestColumns.Of("float4", "FLOAT"), ColumnFormat.Text, "-0"u8));
    }

    [Fact]
    public void A_float4_in_a_DOUBLE_column_is_the_double_that_it_is()
    {
        Assert.Equal("0.10000000149011612", Carried.Json<Float4Codec>(TestColumns.Of("float4", "DOUBLE"), ColumnFormat.Binary, PgBinary.Float(0.1f)));
        Assert.Equal("0.1", Carried.Json<Float4Codec>(TestColumns.Of("float4", "FLOAT"), ColumnFormat.Binary, PgBinary.Float(0.1f)));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Floats_that_JSON_lacks_are_refused_and_decoded(double value, string text)
    {
        ColumnInfo four = TestColumns.Of("float4", "FLOAT");
        ColumnInfo eight = TestColumns.Of("float8", "DOUBLE");
        Carried.NeitherEncodes<Float4Codec>(four, PgBinary.Float((float)value), text, text, "can't be written as a JSON number");
        Carried.NeitherEncodes<Float8Codec>(eight, PgBinary.Double(value), text, text, "can't be written as a JSON number");
        Assert.Equal(value, Float8Codec.Decode(eight, new ColumnValue(ColumnFormat.Text, Encoding.ASCII.GetBytes(text))));
        Assert.Equal((float)value, Float4Codec.Decode(four, new ColumnValue(ColumnFormat.Binary, PgBinary.Float((float)value))));
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("01234567-89ab-cdef-fedc-ba9876543210")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void Uuids_keep_their_print_order(string text) => Carried.Both<UuidCodec, Guid>(
        TestColumns.Of("uuid", "VARCHAR(36)", maxBytes: 36), Convert.FromHexString(text.Replace("-", "", StringComparison.Ordinal)), text, $"\"{text}\"", Guid.Parse(text));

    [Theory]
    [InlineData("01234567-89ab-cdef-fedc-ba987654321")]
    [InlineData("{01234567-89ab-cdef-fedc-ba9876543210}")]
    [InlineData("")]
    public void Torn_uuids_are_refused(string text) =>
        Carried.NeitherEncodes<UuidCodec>(TestColumns.Of("uuid", "VARCHAR(36)"), new byte[15], text);

    [Fact]
    public void Nullable_columns_decode_to_null()
    {
        ColumnInfo column = TestColumns.Of("int4", "INT");
        Assert.Null(NullableColumn.Value<Int4Codec, int>(column, new ColumnValue(ColumnFormat.Null, [])));
        Assert.Equal(7, NullableColumn.Value<Int4Codec, int>(column, new ColumnValue(ColumnFormat.Text, "7"u8)));
        Assert.Null(NullableColumn.Reference<TextCodec, string>(column, new ColumnValue(ColumnFormat.Null, [])));
        Assert.Throws<ColumnValueException>(() => NullableColumn.Value<Int4Codec, int>(column, new ColumnValue(ColumnFormat.UnchangedToast, [])));
    }

    private static void Floats<TCodec, T>(ColumnInfo column, byte[] binary, string text, T value, Func<string, T> parse)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>
    {
        string json = Carried.Json<TCodec>(column, ColumnFormat.Binary, binary);
        Assert.Equal(value, parse(json));
        Carried.Both<TCodec, T>(column, binary, text, json, value);
        Assert.True(json.Length <= 24, json);
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
