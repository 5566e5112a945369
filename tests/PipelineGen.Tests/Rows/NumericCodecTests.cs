using System.Globalization;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class NumericCodecTests
{
    private static readonly ColumnInfo Wide = TestColumns.Of("numeric(38,10)", "DECIMAL(38,10)", precision: 38, scale: 10);
    private static readonly ColumnInfo Narrow = TestColumns.Of("numeric(12,2)", "DECIMAL(12,2)", precision: 12, scale: 2);
    private static readonly ColumnInfo Varchar = TestColumns.Of("numeric", "VARCHAR(1048576)", maxBytes: 1048576);

    [Theory]
    [InlineData("0")]
    [InlineData("0.00")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("9999")]
    [InlineData("10000")]
    [InlineData("10001")]
    [InlineData("-12345678.90")]
    [InlineData("0.1")]
    [InlineData("0.0001")]
    [InlineData("0.00001")]
    [InlineData("-0.0000000001")]
    [InlineData("100000000.0000000001")]
    [InlineData("1.5000")]
    [InlineData("1234567890123456789012345678")]
    [InlineData("10000000000000000")]
    public void Decimals_are_exact_in_both_formats(string text)
    {
        decimal value = decimal.Parse(text, CultureInfo.InvariantCulture);
        Carried.Both<NumericCodec, decimal>(Wide, PgBinary.Numeric(text), text, text, value);
        Carried.Both<WideNumericCodec, PgNumeric>(Wide, PgBinary.Numeric(text), text, text, new PgNumeric(text));
        Carried.Both<NumericTextCodec, PgNumeric>(Varchar, PgBinary.Numeric(text), text, $"\"{text}\"", new PgNumeric(text));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    public void Words_are_kept_as_text_and_refused_as_a_decimal(string word)
    {
        Carried.Both<NumericTextCodec, PgNumeric>(Varchar, PgBinary.Numeric(word), word, $"\"{word}\"", new PgNumeric(word));
        Carried.NeitherEncodes<NumericCodec>(Wide, PgBinary.Numeric(word), word, word, "DECIMAL(38,10)", "StarRocksType = ");
        Carried.NeitherDecodes<NumericCodec, decimal>(Wide, PgBinary.Numeric(word), word, word);
    }

    [Theory]
    [InlineData("79228162514264337593543950336")]
    [InlineData("-99999999999999999999999999999.0000000000")]
    [InlineData("12345678901234567890123456789012345678.12345")]
    [InlineData("0.000000000000000000000000000000000000000001")]
    public void Beyond_a_csharp_decimal_the_text_stays_and_the_decimal_is_refused(string text)
    {
        Carried.Both<NumericTextCodec, PgNumeric>(Varchar, PgBinary.Numeric(text), text, $"\"{text}\"", new PgNumeric(text));
        Carried.NeitherDecodes<NumericCodec, decimal>(Wide, PgBinary.Numeric(text), text, "is not a C# decimal");
    }

    [Theory]
    [InlineData("10000000000")]
    [InlineData("-10000000000.00")]
    [InlineData("0.001")]
    [InlineData("1.010000001")]
    public void Digits_that_the_target_lacks_are_refused(string text) =>
        Carried.NeitherEncodes<NumericCodec>(Narrow, PgBinary.Numeric(text), text, text, "does not fit DECIMAL(12,2) without rounding");

    [Theory]
    [InlineData("9999999999.99")]
    [InlineData("-9999999999.9900000")]
    [InlineData("1.10000000000")]
    public void Trailing_zeros_beyond_the_scale_are_the_same_value(string text) =>
        Assert.Equal(text, Carried.Json<NumericCodec>(Narrow, ColumnFormat.Binary, PgBinary.Numeric(text)));

    [Fact]
    public void An_integer_key_takes_whole_numbers_of_its_precision_only()
    {
        ColumnInfo key = TestColumns.Of("numeric(20,0)", "LARGEINT", precision: 20);
        Assert.Equal("\"18446744073709551615\"", Carried.Json<NumericCodec>(key, ColumnFormat.Binary, PgBinary.Numeric("18446744073709551615")));
        Assert.Equal("\"-5\"", Carried.Json<NumericCodec>(key, ColumnFormat.Text, "-5.000"u8));
        Assert.Equal("999999999999999999", Carried.Json<NumericCodec>(TestColumns.Of("numeric", "BIGINT", precision: 18), ColumnFormat.Binary, PgBinary.Numeric("999999999999999999.0")));
        Carried.NeitherEncodes<NumericCodec>(key, PgBinary.Numeric("1.5"), "1.5", "LARGEINT");
    }

    [Fact]
    public void The_most_digits_that_postgres_has_are_written()
    {
        string text = new string('9', 131072) + "." + new string('1', 16383);
        Assert.Equal($"\"{text}\"", Carried.Json<NumericTextCodec>(Varchar, ColumnFormat.Binary, PgBinary.Numeric(text)));
        ColumnInfo small = TestColumns.Of("numeric", "VARCHAR(100)", maxBytes: 100);
        Carried.NeitherEncodes<NumericTextCodec>(small, PgBinary.Numeric(text), text, "147456 bytes", "100");
    }

    [Fact]
    public void Random_numbers_are_the_same_in_both_formats()
    {
        const int seed = 20261122;
        var random = new Random(seed);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomNumber(random);
            Assert.True($"\"{text}\"" == Carried.Json<NumericTextCodec>(Varchar, ColumnFormat.Binary, PgBinary.Numeric(text)), $"seed {seed}, {i}: {text}");
            Assert.Equal($"\"{text}\"", Carried.Json<NumericTextCodec>(Varchar, ColumnFormat.Text, Encoding.ASCII.GetBytes(text)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e5")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("infinity")]
    [InlineData("1.2.3")]
    public void Text_that_postgres_never_prints_is_refused(string text) =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<NumericTextCodec>(Varchar, ColumnFormat.Text, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Binary_that_postgres_never_sends_is_refused()
    {
        byte[] good = PgBinary.Numeric("12345.67");
        byte[][] bad = [[], good[..7], good[..^1], [.. good, 0], [0, 1, 0, 0, 0x80, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10], [0xFF, 0xFF, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0, 1]];
        Assert.All(bad, bytes => Assert.Throws<ColumnValueException>(() => Carried.Json<NumericTextCodec>(Varchar, ColumnFormat.Binary, bytes)));
    }

    [Fact]
    public void A_numeric_knows_what_it_is()
    {
        Assert.True(new PgNumeric("NaN").IsNaN);
        Assert.True(new PgNumeric("-Infinity").IsInfinite);
        Assert.True(new PgNumeric("1.50").TryToDecimal(out decimal value));
        Assert.Equal(1.50m, value);
        Assert.False(new PgNumeric("79228162514264337593543950336").TryToDecimal(out _));
        Assert.True(new PgNumeric("1.0000000000000000000000000000000000000000").TryToDecimal(out value));
        Assert.Equal(1m, value);
        Assert.Equal("0", default(PgNumeric).ToString());
    }

    private static string RandomNumber(Random random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "" : "-");
        int whole = random.Next(1, 45);
        text.Append((char)('1' + random.Next(9)));
        for (int i = 1; i < whole; i++)
            text.Append(random.Next(3) == 0 ? '0' : (char)('0' + random.Next(10)));
        int scale = random.Next(3) == 0 ? 0 : random.Next(1, 40);
        if (random.Next(4) == 0)
            text.Clear().Append('0');
        if (scale > 0)
            text.Append('.');
        for (int i = 0; i < scale; i++)
            text.Append(random.Next(2) == 0 ? '0' : (char)('0' + random.Next(10)));
        return text.ToString();
    }
}
