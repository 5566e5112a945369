using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>What the encoders of scalars do with a value outside the target's domain, policy by policy (TYPES.md, rule 1).</summary>
public class PolicyTests
{
    [Theory]
    [InlineData("infinity", "9999-12-31")]
    [InlineData("-infinity", "0001-01-01")]
    [InlineData("0044-03-15 BC", "0001-01-01")]
    [InlineData("5874897-12-31", "9999-12-31")]
    [InlineData("2024-02-29", "2024-02-29")]
    public void A_date_clamps_to_the_calendar_of_both_sides(string text, string clamped)
    {
        ColumnInfo column = Column("date", "DATE", ValuePolicy.Clamp);
        Assert.Equal($"\"{clamped}\"", Json<DateCodec>(column, text));
        Assert.Equal(DateOnly.Parse(clamped, System.Globalization.CultureInfo.InvariantCulture), DateCodec.Decode(column, Text(text)));
    }

    [Theory]
    [InlineData("infinity", "9999-12-31 23:59:59.999999")]
    [InlineData("-infinity", "0001-01-01 00:00:00")]
    [InlineData("0001-12-31 23:59:59.999999 BC", "0001-01-01 00:00:00")]
    [InlineData("10000-01-01 00:00:00", "9999-12-31 23:59:59.999999")]
    public void A_timestamp_clamps_to_the_last_microsecond(string text, string clamped)
    {
        ColumnInfo column = Column("timestamp", "DATETIME", ValuePolicy.Clamp);
        Assert.Equal($"\"{clamped}\"", Json<TimestampCodec>(column, text));
        Assert.Equal(DateTime.Parse(clamped, System.Globalization.CultureInfo.InvariantCulture), TimestampCodec.Decode(column, Text(text)));
    }

    [Theory]
    [InlineData("1.005", "1.01")]
    [InlineData("-1.005", "-1.01")]
    [InlineData("1.0049999", "1.00")]
    [InlineData("9.999", "10.00")]
    [InlineData("99.995", "99.99")]
    [InlineData("-99.995", "-99.99")]
    [InlineData("100", "99.99")]
    [InlineData("-123456789012345678901234567890.5", "-99.99")]
    [InlineData("Infinity", "99.99")]
    [InlineData("-Infinity", "-99.99")]
    [InlineData("-0.004", "0.00")]
    [InlineData("0.995", "1.00")]
    [InlineData("42", "42")]
    public void A_decimal_clamps_by_rounding_half_away_from_zero_and_then_to_its_bounds(string text, string clamped)
    {
        ColumnInfo column = Column("numeric", "DECIMAL(4,2)", ValuePolicy.Clamp, precision: 4, scale: 2);
        Assert.Equal(clamped, Json<NumericCodec>(column, text));
        Assert.Equal(clamped, Json<WideNumericCodec>(column, PgBinary.Numeric(text)));
    }

    [Theory]
    [InlineData(2, 2, "0.999", "0.99")]
    [InlineData(2, 2, "0.994", "0.99")]
    [InlineData(2, 2, "-7", "-0.99")]
    [InlineData(3, 0, "999.5", "999")]
    [InlineData(3, 0, "99.5", "100")]
    [InlineData(3, 0, "0.4", "0")]
    public void A_decimal_without_whole_or_fraction_digits_clamps_too(int precision, int scale, string text, string clamped) =>
        Assert.Equal(clamped, Json<NumericCodec>(Column("numeric", "DECIMAL", ValuePolicy.Clamp, precision: precision, scale: scale), text));

    [Fact]
    public void A_random_number_clamps_to_what_decimal_arithmetic_says()
    {
        const int seed = 20261122;
        var random = new Random(seed);
        ColumnInfo column = Column("numeric", "DECIMAL(6,3)", ValuePolicy.Clamp, precision: 6, scale: 3);
        for (int i = 0; i < 5000; i++)
        {
            decimal number = new(random.Next(), random.Next(3), 0, random.Next(2) == 0, (byte)random.Next(12));
            decimal expected = Math.Clamp(Math.Round(number, 3, MidpointRounding.AwayFromZero), -999.999m, 999.999m);
            string text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(expected == decimal.Parse(Json<NumericCodec>(column, text), System.Globalization.CultureInfo.InvariantCulture), $"seed {seed}, {i}: {text}");
        }
    }

    [Fact]
    public void What_has_no_nearest_value_stops_under_clamp()
    {
        Refused<NumericCodec>(Column("numeric", "DECIMAL(4,2)", ValuePolicy.Clamp, precision: 4, scale: 2), "NaN");
        Refused<Float4Codec>(Column("float4", "FLOAT", ValuePolicy.Clamp), "NaN");
        Refused<Float8Codec>(Column("float8", "DOUBLE", ValuePolicy.Clamp), "NaN");
        Refused<JsonbCodec>(Column("jsonb", "JSON", ValuePolicy.Clamp), "null");
        Refused<JsonTextCodec>(Column("json", "VARCHAR(3)", ValuePolicy.Clamp, maxBytes: 3), "[1,2]");
        Refused<NumericTextCodec>(Column("numeric", "VARCHAR(3)", ValuePolicy.Clamp, maxBytes: 3), "1234");
        Refused<IntervalMicrosecondsCodec>(Column("interval", "BIGINT", ValuePolicy.Clamp), "P1M");
    }

    [Fact]
    public void Infinite_floats_and_intervals_clamp_to_the_largest()
    {
        Assert.Equal(float.MaxValue, float.Parse(Json<Float4Codec>(Column("float4", "FLOAT", ValuePolicy.Clamp), "Infinity"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(double.MinValue, double.Parse(Json<Float8Codec>(Column("float8", "DOUBLE", ValuePolicy.Clamp), "-Infinity"), System.Globalization.CultureInfo.InvariantCulture));
        ColumnInfo interval = Column("interval", "BIGINT", ValuePolicy.Clamp);
        Assert.Equal("9223372036854775807", Json<IntervalMicrosecondsCodec>(interval, "infinity"));
        Assert.Equal("-9223372036854775808", Json<IntervalMicrosecondsCodec>(interval, "-infinity"));
        Assert.Equal("9223372036854775807", Json<IntervalMicrosecondsCodec>(interval, "2147483647 days"));
        Assert.Equal("90000000000", Json<IntervalMicrosecondsCodec>(interval, "1 day 01:00:00"));
    }

    [Theory]
    [InlineData("abcdef", "abcd")]
    [InlineData("abc", "abc")]
    [InlineData("abcé", "abc")]
    [InlineData("abé😀", "abé")]
    [InlineData("😀😀", "😀")]
    [InlineData("漢漢", "漢")]
    public void A_text_is_cut_between_characters(string text, string cut)
    {
        ColumnInfo column = Column("text", "VARCHAR(4)", ValuePolicy.Clamp, maxBytes: 4);
        Assert.Equal(cut, JsonSerializer.Deserialize<string>(Json<TextCodec>(column, text)));
        Assert.Equal(text, TextCodec.Decode(column, Text(text)));
    }

    [Fact]
    public void What_is_no_text_is_never_cut()
    {
        // The beginning of a number or an address is another one.
        Assert.Throws<ColumnValueException>(() => Json<AsTextCodec<Int8Codec>>(Column("int8", "VARCHAR(3)", ValuePolicy.Clamp, maxBytes: 3), "12345"));
        Assert.Throws<ColumnValueException>(() => Json<InetCodec>(Column("inet", "VARCHAR(10)", ValuePolicy.Clamp, maxBytes: 10), "192.168.100.1"));
        Assert.Equal("null", Json<UuidCodec>(Column("uuid", "VARCHAR(20)", ValuePolicy.Null, maxBytes: 20), "01234567-89ab-cdef-fedc-ba9876543210"));
        Assert.Equal("null", Json<TimeCodec>(Column("time", "VARCHAR(8)", ValuePolicy.Null, maxBytes: 8), "12:00:00.5"));
        Assert.Equal("null", Json<MoneyCodec>(Column("money", "VARCHAR(3)", ValuePolicy.Null, maxBytes: 3), "$12.34"));
    }

    [Fact]
    public void Bytes_are_cut_too_and_their_hex_between_bytes()
    {
        Assert.Equal("\"AQI=\"", Json<ByteaCodec>(Column("bytea", "VARBINARY", ValuePolicy.Clamp, maxBytes: 2), [1, 2, 3]));
        ColumnInfo key = Column("bytea", "VARCHAR(5)", ValuePolicy.Clamp, maxBytes: 5);
        Assert.Equal("\"0102\"", Json<ByteaHexCodec>(key, [1, 2, 3]));
        Assert.Equal("\"0102\"", Json<ByteaHexCodec>(key, "\\x010203"));
    }

    [Fact]
    public void Null_and_quarantine_write_null_and_only_quarantine_rejects_the_row()
    {
        (string Json, RowRejection? Rejection) written = Encode<DateCodec>(Column("date", "DATE", ValuePolicy.Null), Text("infinity"));
        Assert.Equal(("null", null), written);
        written = Encode<DateCodec>(Column("date", "DATE", ValuePolicy.Quarantine), new ColumnValue(ColumnFormat.Binary, PgBinary.Int32(-730120)));
        Assert.Equal("null", written.Json);
        Assert.Equal(("0001-12-31 BC", "is not a date between 0001-01-01 and 9999-12-31"), (written.Rejection!.Value, written.Rejection.Reason));
        written = Encode<NumericTextCodec>(Column("numeric", "VARCHAR(3)", ValuePolicy.Null, maxBytes: 3), Text("1234"));
        Assert.Equal(("null", null), written);
        written = Encode<ByteaCodec>(Column("bytea", "VARBINARY", ValuePolicy.Quarantine, maxBytes: 1), new ColumnValue(ColumnFormat.Binary, [1, 2]));
        Assert.Equal("\\x0102", written.Rejection!.Value);
    }

    [Fact]
    public void Under_null_a_nullable_value_outside_the_domain_is_null_in_csharp_and_torn_bytes_are_an_error()
    {
        ColumnInfo column = Column("date", "DATE", ValuePolicy.Null);
        Assert.Null(NullableColumn.Value<DateCodec, DateOnly>(column, Text("infinity")));
        Assert.Equal(new DateOnly(2024, 2, 29), NullableColumn.Value<DateCodec, DateOnly>(column, Text("2024-02-29")));
        Assert.False(Assert.Throws<ColumnValueException>(() => NullableColumn.Value<DateCodec, DateOnly>(column, Text("2024-02-30"))).IsOutOfDomain);
        Assert.True(Assert.Throws<ColumnValueException>(() => NullableColumn.Value<DateCodec, DateOnly>(Column("date", "DATE", ValuePolicy.Error), Text("infinity"))).IsOutOfDomain);
    }

    [Fact]
    public void The_error_names_what_decides_it()
    {
        ColumnInfo column = Nested("tags[]", "tags", isKey: false);
        string message = Assert.Throws<ColumnValueException>(() => Encode<DateCodec>(column, Text("infinity"))).Message;
        Assert.All(["public.samples", "column tags[]", "date -> DATE", "value infinity is not a date between", "[Column(\"tags\", Policy = ValuePolicy.Null | Clamp | Text | Quarantine)]", "[Column(\"tags\", StarRocksType = ", "[Column(\"tags\", Ignore = true)]"],
            words => Assert.Contains(words, message, StringComparison.Ordinal));
        Assert.Contains("Policy = ValuePolicy.Text | Quarantine)", Assert.Throws<ColumnValueException>(() => Encode<DateCodec>(Nested("id", "id", isKey: true), Text("infinity"))).Message, StringComparison.Ordinal);
        var torn = Assert.Throws<ColumnValueException>(() => Encode<DateCodec>(column, new ColumnValue(ColumnFormat.Binary, [1, 2, 0xFF])));
        Assert.All(["public.samples", "tags[]", "date", "type OID 1082", "Binary format", "3 bytes", "0102FF"], words => Assert.Contains(words, torn.Message, StringComparison.Ordinal));
        Assert.True(ColumnValueException.OutOfDomain(column, "1", "is").At("here").IsOutOfDomain);
        Assert.Equal("sample", Column("date", "DATE", ValuePolicy.Error).DecidedBy);
    }

    private static void Refused<TCodec>(ColumnInfo column, string text)
        where TCodec : struct, IColumnEncoder
    {
        var error = Assert.Throws<ColumnValueException>(() => Encode<TCodec>(column, Text(text)));
        Assert.True(error.IsOutOfDomain, error.Message);
    }

    private static string Json<TCodec>(ColumnInfo column, string text)
        where TCodec : struct, IColumnEncoder => Encode<TCodec>(column, Text(text)).Json;

    private static string Json<TCodec>(ColumnInfo column, byte[] binary)
        where TCodec : struct, IColumnEncoder => Encode<TCodec>(column, new ColumnValue(ColumnFormat.Binary, binary)).Json;

    private static (string Json, RowRejection? Rejection) Encode<TCodec>(ColumnInfo column, ColumnValue value)
        where TCodec : struct, IColumnEncoder
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        TCodec.Encode(column, value, ref writer);
        if (writer.Rejection is { } rejection)
            return ("null", rejection);
        writer.Commit();
        return (Encoding.UTF8.GetString(buffer.ToArray()), null);
    }

    private static ColumnValue Text(string text) => new(ColumnFormat.Text, Encoding.UTF8.GetBytes(text));

    private static ColumnInfo Nested(string name, string decidedBy, bool isKey) => new()
    {
        Table = "public.samples", Name = name, DecidedBy = decidedBy, TargetName = name, LoadName = name, PostgresType = "date", StarRocksType = "DATE", TypeOid = 1082, IsKey = isKey,
    };

    private static ColumnInfo Column(string type, string target, ValuePolicy policy, int maxBytes = 0, int precision = 0, int scale = 0) => new()
    {
        Table = "public.samples", Name = "sample", TargetName = "sample", LoadName = "sample", PostgresType = type, StarRocksType = target,
        MaxBytes = maxBytes, Precision = precision, Scale = scale, Policy = policy,
    };
}
