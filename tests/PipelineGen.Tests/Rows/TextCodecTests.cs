using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class TextCodecTests
{
    private static readonly ColumnInfo Column = TestColumns.Of("text", "VARCHAR(1048576)", maxBytes: 1048576);

    public static TheoryData<string> Texts =>
    [
        "", "plain", "NULL", "\"", "\\", "\\\"", "a\"b\\c", "\\u0041", "{}", "[1,2]", "tab\tnewline\ncarriage\rback\bform\f",
        string.Concat(Enumerable.Range(1, 31).Select(static c => (char)c)), "\u007f\u0080\u009f", "äöü ß", "\u2028\u2029", "日本語", "😀𝄞", "\uFFFD\uFFFE", "a\u0301",
        "ends with backslash\\", "\"quoted\"", "</script>&'",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_reads_back_exactly(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        string json = Carried.Json<TextCodec>(Column, ColumnFormat.Text, utf8);
        Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
        Carried.Both<TextCodec, string>(Column, utf8, text, json, text);
    }

    [Fact]
    public void Each_ASCII_character_reads_back_at_each_place()
    {
        for (int c = 1; c < 128; c++)
        {
            foreach (string text in (string[])[$"{(char)c}", $"{(char)c}x", $"x{(char)c}", $"x{(char)c}{(char)c}y"])
                Assert.Equal(text, JsonSerializer.Deserialize<string>(Carried.Json<TextCodec>(Column, ColumnFormat.Text, Encoding.UTF8.GetBytes(text))));
        }
    }

    [Fact]
    public void A_row_stays_on_one_line()
    {
        string json = Carried.Json<TextCodec>(Column, ColumnFormat.Text, "a\nb\r\nc"u8);
        Assert.Equal("""
            "a\nb\r\nc"
            """, json);
    }

    [Fact]
    public void Random_texts_read_back()
    {
        const int seed = 4711;
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            string text = RandomText(random);
            Assert.True(text == JsonSerializer.Deserialize<string>(Carried.Json<TextCodec>(Column, ColumnFormat.Binary, Encoding.UTF8.GetBytes(text))), $"seed {seed}, text {i}");
        }
    }

    [Fact]
    public void The_limit_counts_bytes_and_over_it_the_error_names_the_column()
    {
        ColumnInfo four = TestColumns.Of("varchar(1)", "VARCHAR(4)", maxBytes: 4);
        Carried.Both<TextCodec, string>(four, Encoding.UTF8.GetBytes("😀"), "😀", "\"😀\"", "😀");
        Carried.NeitherEncodes<TextCodec>(four, Encoding.UTF8.GetBytes("ääa"), "ääa", "ääa", "5 bytes", "4", "varchar(1) -> VARCHAR(4)");
    }

    [Fact]
    public void An_over_long_value_is_shortened_in_its_message()
    {
        ColumnInfo ten = TestColumns.Of("text", "VARCHAR(10)", maxBytes: 10);
        var error = Assert.Throws<ColumnValueException>(() => Carried.Json<TextCodec>(ten, ColumnFormat.Text, Encoding.ASCII.GetBytes(new string('x', 5_000_000))));
        Assert.InRange(error.Message.Length, 100, 600);
        Assert.Contains("5000000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_carried_as_text_refuses_binary()
    {
        ColumnInfo column = TestColumns.Of("inet", "VARCHAR(49)", maxBytes: 49, readsBinary: false);
        Assert.Equal("\"10.0.0.1/8\"", Carried.Json<TextCodec>(column, ColumnFormat.Text, "10.0.0.1/8"u8));
        var error = Assert.Throws<ColumnValueException>(() => Carried.Json<TextCodec>(column, ColumnFormat.Binary, [2, 8, 0, 4, 10, 0, 0, 1]));
        Assert.Contains("arrived in binary format", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_can_be_located()
    {
        ColumnInfo column = TestColumns.Of("text", "VARCHAR(1)", maxBytes: 1);
        var error = Assert.Throws<ColumnValueException>(() => Carried.Json<TextCodec>(column, ColumnFormat.Text, "ab"u8));
        ColumnValueException located = error.At("row 7");
        Assert.Same(error, located.InnerException);
        Assert.EndsWith("[row 7]", located.Message, StringComparison.Ordinal);
        Assert.Same(column, located.Column);
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(40); i > 0; i--)
        {
            text.Append(random.Next(5) switch
            {
                0 => new Rune(random.Next(1, 32)),
                1 => new Rune("\"\\/"[random.Next(3)]),
                2 => new Rune(random.Next(0x10000, 0x110000)),
                3 => new Rune(random.Next(0x80, 0xD800)),
                _ => new Rune(random.Next(32, 127)),
            });
        }

        return text.ToString();
    }
}
