using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Shop.Demo;

/// <summary>
/// Values as real tables hold them, ordinary ones and the ones that pipelines break on: quotes, newlines, the word NULL,
/// characters beyond the BMP, empty texts, values so large that Postgres keeps them out of line.
/// </summary>
internal sealed class OddValues(Random random)
{
    /// <summary>Above this Postgres moves a value out of the row, if it can't be compressed (TOAST_TUPLE_THRESHOLD).</summary>
    private const int OutOfLine = 2100;

    private static readonly string[] Texts =
    [
        "", " ", "plain", "O'Brien & Söhne", "say \"hi\"", "back\\slash", "\\N", "\\.", "NULL", "null", "line\nbreak", "carriage\r\nreturn", "tab\there",
        "{a,b}", "[1,2]", "comma, semicolon;", "<tag attr='x'/>", "日本語のテキスト", "مرحبا", "e\u0301 (combining)", "😀👩‍👩‍👧", "\u0001\u001f", "\u007f\u0085\u2028", "ﬀ ẞ İ ı",
        "trailing space ", "-- comment", "%s %d $1 ?", "`tick`", "0", "1e5", "true", "\uFEFFbom", "﷽",
    ];

    private static readonly string[] Words = ["amber", "basalt", "cedar", "dune", "ember", "fjord", "granite", "heath", "indigo", "juniper", "kelp", "linden"];

    public Random Random { get; } = random;

    /// <summary>True once in <paramref name="n"/> times.</summary>
    public bool OneIn(int n) => Random.Next(n) == 0;

    public string Name() => OneIn(8) ? Pick(Texts) : $"{Pick(Words)} {Pick(Words)} {Random.Next(1000).ToString(CultureInfo.InvariantCulture)}";

    public string Word() => Pick(Words);

    /// <summary>A text that may be odd, long, or absent.</summary>
    public string? Note() => Random.Next(20) switch
    {
        < 8 => null,
        < 12 => Pick(Texts),
        12 when OneIn(5) => Incompressible(OutOfLine + Random.Next(4000)),
        _ => string.Join(' ', Enumerable.Range(0, Random.Next(1, 12)).Select(_ => Pick(Words))),
    };

    public string? ShortText(int characters)
    {
        if (OneIn(3))
            return null;
        // 32 characters of four bytes each are what varchar(32) admits, and what its column in StarRocks must hold.
        if (OneIn(50))
            return string.Concat(Enumerable.Repeat("😀", characters));
        string text = OneIn(5) ? Pick(Texts) : Pick(Words).ToUpperInvariant();
        return text.Length <= characters ? text : Pick(Words);
    }

    public string?[] TextArray() => [.. Enumerable.Range(0, Random.Next(4)).Select(_ => OneIn(6) ? null : OneIn(3) ? Pick(Texts) : Pick(Words))];

    public int?[] IntArray() => [.. Enumerable.Range(0, Random.Next(5)).Select(_ => OneIn(8) ? null : (int?)(OneIn(10) ? int.MinValue : Random.Next(-1000, 1000)))];

    public decimal?[]? Dimensions() => OneIn(6) ? null : OneIn(6) ? [] : [.. Enumerable.Range(0, 3).Select(_ => OneIn(9) ? null : (decimal?)Decimal(99_999_999, 3))];

    /// <summary>An exact number of up to <paramref name="unscaled"/> units of the last of <paramref name="scale"/> digits, either sign.</summary>
    public decimal Decimal(long unscaled, byte scale)
    {
        long units = OneIn(200) ? unscaled : OneIn(50) ? 0 : Random.NextInt64(1, Math.Max(2, unscaled / (OneIn(10) ? 1 : 10_000)));
        return new decimal((int)units, (int)(units >> 32), 0, OneIn(12), scale);
    }

    public double? Double() => Random.Next(12) switch
    {
        0 => null,
        1 => 0,
        2 => -1.7976931348623157e308,
        3 => 5e-324,
        4 => 0.1,
        5 => -1e-7,
        6 => 123456789012345680000.0,
        _ => Random.NextDouble() * 100,
    };

    public float? Single() => Random.Next(10) switch { 0 or 1 or 2 => null, 3 => 0, 4 => 3.4028235e38f, 5 => 1e-45f, 6 => 16777216f, _ => Random.NextSingle() };

    public byte[]? Bytes() => Random.Next(6) switch { 0 => null, 1 => [], 2 => RandomBytes(OutOfLine + Random.Next(4000)), 3 => [0, 0xff, (byte)'\\', (byte)'\n'], _ => RandomBytes(Random.Next(1, 200)) };

    /// <summary>Mostly of this decade, to the microsecond; now and then near the ends of what DATETIME holds.</summary>
    public DateTime Timestamp() => Random.Next(200) switch
    {
        0 => new DateTime(1, 1, 1, 0, 0, 1),
        1 => new DateTime(9999, 12, 31, 23, 59, 59, 999, 999),
        2 => new DateTime(1969, 12, 31, 23, 59, 59, 999, 999),
        3 => new DateTime(1582, 10, 10, 12, 0, 0),
        4 => new DateTime(2024, 2, 29, 0, 0, 0),
        // Whole seconds in between: their fraction is not printed.
        _ => new DateTime(2020, 1, 1).AddMicroseconds(OneIn(4) ? Random.NextInt64(200_000_000) * 1_000_000 : Random.NextInt64(200_000_000_000_000)),
    };

    public DateOnly Date() => Random.Next(100) switch { 0 => new DateOnly(1, 1, 2), 1 => new DateOnly(9999, 12, 30), 2 => new DateOnly(1900, 2, 28), _ => new DateOnly(2020, 1, 1).AddDays(Random.Next(3000)) };

    public TimeOnly? Time() => OneIn(4) ? null : OneIn(10) ? new TimeOnly(23, 59, 59, 999, 999) : new TimeOnly(Random.Next(24), Random.Next(60), OneIn(2) ? 0 : Random.Next(60));

    public Guid Uuid() => new(RandomBytes(16));

    /// <summary>A JSON object; now and then one that Postgres keeps out of line.</summary>
    public string Json()
    {
        var json = new StringBuilder("{");
        json.Append(CultureInfo.InvariantCulture, $"\"n\": {Random.Next(-5000, 5000)}, \"price\": {Random.Next(100_000)}.{Random.Next(10, 100)}, \"big\": {Random.NextInt64()}");
        json.Append(CultureInfo.InvariantCulture, $", \"text\": {Quote(Pick(Texts))}, {Quote(OneIn(3) ? "kéy \"odd\"" : Pick(Words))}: [{(OneIn(2) ? "true" : "false")}, null, {{}}, []]");
        if (OneIn(30))
            json.Append(CultureInfo.InvariantCulture, $", \"blob\": \"{Incompressible(OutOfLine + Random.Next(6000))}\"");
        return json.Append('}').ToString();
    }

    /// <summary>A json value of any shape and spacing, as applications write it.</summary>
    public string? LooseJson() => Random.Next(12) switch
    {
        0 or 1 or 2 or 3 => null,
        4 => "[]",
        5 => " { } ",
        6 => "\"a string with a \\u00e9 and a \\n\"",
        7 => "-12.5e2",
        8 => "[1,\n  2,\n\t{\"a\" : \"b\"}]",
        9 => "false",
        _ => Json(),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text, OddJson.Default.String);

    private T Pick<T>(T[] values) => values[Random.Next(values.Length)];

    private byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        Random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Random letters: pglz finds nothing to repeat in them.</summary>
    private string Incompressible(int length) => Convert.ToBase64String(RandomBytes(length))[..length];
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class OddJson : System.Text.Json.Serialization.JsonSerializerContext;
