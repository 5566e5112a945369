using System.Globalization;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>bool, integers, floats, numeric and money.</summary>
internal static class NumberCases
{
    private const string Integers = "int2, int4, int8 (serial, identity)";
    private const string Narrow = "numeric(p,s), p <= 38, 0 <= s <= p";
    private const string Undecided = "numeric, negative scale, or p > 76";
    private const string Nines38 = "99999999999999999999999999999999999999";

    private static readonly string SingleMax = "'3.4028235e+38'";
    private static readonly string DoubleMax = "'1.7976931348623157e+308'";

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new("bool", "bool") { Values = ["true", "false"], Canonical = "v::int::text" },
        Integer("int2", "32767", "-32768"),
        Integer("int4", "2147483647", "-2147483648"),
        Integer("int8", "9223372036854775807", "-9223372036854775808", "9007199254740993"),
        Integer("int4", "2147483647", "-2147483648") with { Choice = "StarRocksType = \"BIGINT\"" },
        Integer("int8", "9223372036854775807", "-9223372036854775808") with { Choice = "StarRocksType = \"LARGEINT\"" },
        Integer("int8", "9223372036854775807") with { Choice = "StarRocksType = \"VARCHAR(20)\"" },
        Unsigned("oid"), Unsigned("xid") with { Key = KeyUse.NotInPostgres }, Unsigned("cid") with { Key = KeyUse.NotInPostgres },
        new("xid8", "xid8") { Values = ["0", "1", "18446744073709551615", "9223372036854775808"], Random = "xid8", Canonical = "v::text" },

        Float("float4", Comparison.Single, SingleMax, ["3.4028235e38", "-3.4028235e38", "1e-45", "1.1754944e-38", "16777216", "33554448"]),
        Float("float8", Comparison.Double, DoubleMax, ["1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "9007199254740993", "1e22", "1e23", "123456789012345680"]),
        Float("float4", Comparison.Single, SingleMax, ["3.4028235e38", "0.1"]) with { Choice = "StarRocksType = \"DOUBLE\"" },
        Float("float8", Comparison.Text, null, ["5e-324", "NaN", "Infinity", "-Infinity"]) with { Choice = "StarRocksType = \"VARCHAR(32)\"", Key = KeyUse.Legal, Inside = "true" },

        Numeric(Narrow, "numeric(12,2)", 12, 2), Numeric(Narrow, "numeric(1,0)", 1, 0), Numeric(Narrow, "numeric(18,0)", 18, 0), Numeric(Narrow, "numeric(28,28)", 28, 28),
        Numeric(Narrow, "numeric(29,0)", 29, 0), Numeric(Narrow, "numeric(38,0)", 38, 0), Numeric(Narrow, "numeric(38,38)", 38, 38), Numeric(Narrow, "numeric(38,10)", 38, 10),
        Numeric("numeric(p,s), 38 < p <= 76", "numeric(39,1)", 39, 1) with { Outside = [], Values = [.. Digits(39, 1), "NaN"] },
        Numeric("numeric(p,s), 38 < p <= 76", "numeric(76,38)", 76, 38) with { Outside = [], Values = [.. Digits(76, 38), "NaN"] },
        Decided("numeric", "DECIMAL(38,9)", ["0", "-0.5", "1.123456789", "0.0000000001e1", $"{Nines38[..29]}.999999999"], 9,
        [
            new("NaN"), new("Infinity", $"'{Nines38[..29]}.999999999'"), new("-Infinity", $"'-{Nines38[..29]}.999999999'"), new("1e29", $"'{Nines38[..29]}.999999999'"),
            new("0.0000000005", "'0.000000001'"), new("-1.00000000049", "'-1.000000000'"), new($"{Nines38[..29]}.9999999999", $"'{Nines38[..29]}.999999999'"),
        ]),
        Decided("numeric(5,-2)", "DECIMAL(7,0)", ["0", "100", "-9999900", "9999900"], 0, [new("NaN")]) with { Since = 15 },
        Decided("numeric(3,5)", "DECIMAL(5,5)", ["0", "0.00001", "-0.00999"], 5, [new("NaN")]) with { Since = 15, RandomSql = "round(random()::numeric * 0.009, 5)" },
        Decided("numeric(12,2)", "DECIMAL(20,4)", ["1.25", "-9999999999.99"], 4, [new("NaN")]),
        Decided("numeric", "BIGINT", ["0", "-999999999999999999", "999999999999999999"], 0, [new("NaN"), new("1e18", "'999999999999999999'"), new("0.5", "'1'")]) with { Label = "numeric as BIGINT" },
        Decided("numeric", "LARGEINT", ["0", "-" + Nines38, Nines38], 0, [new("NaN"), new("Infinity", $"'{Nines38}'"), new("1e38", $"'{Nines38}'")]) with { Label = "numeric as LARGEINT" },
        Text("numeric"), Text("numeric(5,-2)") with { Since = 15 }, Text("numeric(100,50)"), Text("numeric(1000,1000)"),

        new("money", "money")
        {
            Values = ["0", "-0.05", "92233720368547758.07", "-92233720368547758.08", "999.99", "1000"], Random = "money", Canonical = "v::numeric::numeric(19,2)::text", Key = KeyUse.NotInStarRocks,
        },
        new("money", "money")
        {
            Values = ["-92233720368547758.08", "1000"], Random = "money", Choice = "StarRocksType = \"VARCHAR(40)\"",
            // The number: what Postgres prints depends on lc_monetary, which each session can set.
            Canonical = "v::numeric::numeric(19,2)::text",
        },
    ];

    /// <summary>What StarRocks 4.0 and later hold in a DECIMAL, and earlier ones in a VARCHAR.</summary>
    public static IReadOnlyList<MatrixCase> Wide { get; } =
    [
        Numeric("numeric(p,s), 38 < p <= 76", "numeric(39,1)", 39, 1) with { Label = "numeric(39,1) for StarRocks 4" },
        Numeric("numeric(p,s), 38 < p <= 76", "numeric(76,38)", 76, 38) with { Label = "numeric(76,38) for StarRocks 4" },
        Decided("numeric", "DECIMAL(76,20)", ["0", "-1.00000000000000000001", Nines38], 20, [new("NaN"), new("Infinity", $"'{new string('9', 56)}.{new string('9', 20)}'")]) with { Label = "numeric as DECIMAL(76,20) for StarRocks 4" },
    ];

    private static MatrixCase Integer(string type, params string[] extremes) => new(Integers, type) { Values = ["0", "1", "-1", .. extremes], Random = type, Canonical = "v::text" };

    private static MatrixCase Unsigned(string type) => new("oid, xid, cid", type) { Values = ["0", "1", "2147483648", "4294967295"], Random = type, Canonical = "v::text" };

    private static MatrixCase Float(string type, Comparison comparison, string? max, string[] values) => new("float4, float8", type)
    {
        Values = ["0", "-0", "1.5", "-1", "999999", "1e6", "0.0001", "0.00001", .. values], Random = type, Compare = comparison, Canonical = "v::text",
        Inside = $"v NOT IN ('NaN', 'Infinity', '-Infinity')", Key = KeyUse.NotInStarRocks,
        Outside = max is null ? [] : [new("NaN"), new("Infinity", max), new("-Infinity", max.Insert(1, "-"))],
    };

    private static string[] Digits(int precision, int scale)
    {
        string nines = new('9', precision);
        string most = scale == 0 ? nines : $"{(precision == scale ? "0" : nines[scale..])}.{nines[..scale]}";
        string least = scale == 0 ? "1" : $"0.{new string('0', scale - 1)}1";
        return ["0", least, "-" + least, most, "-" + most];
    }

    private static MatrixCase Numeric(string row, string type, int precision, int scale) => new(row, type)
    {
        Values = Digits(precision, scale),
        RandomSql = string.Create(CultureInfo.InvariantCulture, $"(round((random() - 0.5)::numeric * {(precision == scale ? 1 : 2)} * 10::numeric ^ floor(random() * {precision - scale + 1})::int, {scale}) * 0.99)::{type}"),
        Canonical = "v::text", Outside = [new("NaN")], Covers = ["numeric"],
    };

    private static MatrixCase Decided(string type, string target, string[] values, int scale, OutsideValue[] outside) => new(type == "numeric(12,2)" ? Narrow : Undecided, type)
    {
        Choice = $"StarRocksType = \"{target}\"", Values = values, Outside = outside, Canonical = string.Create(CultureInfo.InvariantCulture, $"round(v, {scale})::text"),
        RandomSql = $"round((random() - 0.5)::numeric * 100, {scale})::{type}", Key = target.StartsWith("DECIMAL", StringComparison.Ordinal) ? KeyUse.NotInStarRocks : KeyUse.Legal,
    };

    private static MatrixCase Text(string type) => new(Undecided, type)
    {
        Choice = "StarRocksType = \"VARCHAR(1048576)\"", Canonical = "v::text",
        Values = type == "numeric" ? ["NaN", "Infinity", "-Infinity", "0", "0.000", "-0", "1e-16383", "1e131071", "10000", "0.0001", "99999999.9999"]
            : type.EndsWith("1000)", StringComparison.Ordinal) ? ["NaN", "0", "1e-1000", "0.5"] : ["NaN", "0", "100", "-9999900"],
        RandomSql = type == "numeric" ? "round((random() - 0.5)::numeric * 10::numeric ^ floor(random() * 90)::int, floor(random() * 30)::int)" : $"((random() - 0.5) * 0.9)::{type}",
    };
}
