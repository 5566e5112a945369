namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Dates, times and intervals.</summary>
internal static class TimeCases
{
    /// <summary>DATETIME is printed with its fraction only where it has one (STARROCKS.md 4).</summary>
    private const string Moment = "regexp_replace(to_char({0}, 'YYYY-MM-DD HH24:MI:SS.US'), '[.]000000$', '')";

    /// <summary>A time of day as the contract writes it: six digits behind the point, or none (TYPES.md).</summary>
    private const string TimeOfDay = "regexp_replace(to_char(v, 'HH24:MI:SS.US'), '[.]000000$', '')";

    /// <summary>Every second one without months. Made, not read: 14 reads no large counts of microseconds.</summary>
    private const string RandomInterval =
        "make_interval(months => i % 2 * floor((random() - 0.5) * 4000)::int, days => floor((random() - 0.5) * 40000)::int, secs => round(((random() - 0.5) * 1e7)::numeric, 6)::float8)";

    private const string Latest = "'9999-12-31 23:59:59.999999'";

    private static readonly OutsideValue[] Ends = [new("infinity", Latest), new("-infinity", "'0001-01-01 00:00:00'"), new("0044-03-15 12:00:00 BC", "'0001-01-01 00:00:00'")];

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new("date", "date")
        {
            Values = ["0001-01-01", "9999-12-31", "2000-02-29", "1970-01-01", "1999-12-31"], Random = "date", Inside = "isfinite(v) AND v BETWEEN '0001-01-01' AND '9999-12-31'", Canonical = "to_char(v, 'YYYY-MM-DD')",
            Outside = [new("infinity", "'9999-12-31'"), new("-infinity", "'0001-01-01'"), new("0044-03-15 BC", "'0001-01-01'"), new("0001-12-31 BC", "'0001-01-01'"), new("10000-01-01", "'9999-12-31'"), new("5874897-12-31", "'9999-12-31'"), new("4714-11-24 BC", "'0001-01-01'")],
        },
        new("date", "date") { Choice = "StarRocksType = \"VARCHAR(32)\"", Values = ["infinity", "-infinity", "0044-03-15 BC", "5874897-12-31", "2000-02-29"], Random = "date" },
        new("time", "time") { Values = ["00:00:00", "23:59:59.999999", "24:00:00", "12:00:00.1", "00:00:00.000001"], Random = "time", Canonical = TimeOfDay },
        new("time", "time(2)") { Values = ["24:00:00", "23:59:59.99"], Random = "time", Canonical = TimeOfDay },
        new("time", "time") { Choice = "StarRocksType = \"BIGINT\"", Values = ["00:00:00", "23:59:59.999999", "24:00:00", "00:00:00.000001"], Random = "time", Canonical = "(extract(epoch FROM v) * 1000000)::int8::text" },
        new("timetz", "timetz") { Values = ["24:00:00+15:59:59", "00:00:00-15:59:59", "04:05:06.789-08", "12:00:00+00:19:32", "12:00:00+05:30", "12:00:00-00:00:01", "00:00:00+00"], Random = "timetz" },
        Timestamp("timestamp") with { Outside = [.. Ends, new("10000-01-01 00:00:00", Latest), new("294276-12-31 23:59:59.999999", Latest), new("4714-11-24 00:00:00 BC", "'0001-01-01 00:00:00'")] },
        Timestamp("timestamp(3)") with { Values = ["1999-12-31 23:59:59.999", "2000-01-01 00:00:00"] },
        Timestamp("timestamp") with { Choice = "StarRocksType = \"VARCHAR(40)\"", Values = ["infinity", "-infinity", "0044-03-15 12:00:00.5 BC", "294276-12-31 23:59:59.999999"], Inside = "true", Canonical = MatrixCase.Printed },
        Timestamp("timestamptz") with
        {
            Values = ["0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "2024-03-10 02:30:00.5+05:45", "1969-12-31 23:59:59.999999+00", "2024-06-01 12:00:00-07"],
            Canonical = MomentOf("v AT TIME ZONE 'UTC'"), Inside = "isfinite(v) AND v >= '0001-01-01 00:00:00+00' AND v < '10000-01-01 00:00:00+00'",
            Outside = [new("infinity", Latest), new("-infinity", "'0001-01-01 00:00:00'"), new("0044-03-15 12:00:00+00 BC", "'0001-01-01 00:00:00'"), new("9999-12-31 23:59:59.999999-01", Latest)],
        },
        Timestamp("timestamptz") with { Choice = "StarRocksType = \"VARCHAR(40)\"", Values = ["infinity", "-infinity", "0044-03-15 12:00:00.5+00 BC", "2024-06-01 12:00:00-07"], Inside = "true", Canonical = MatrixCase.Printed },
        new("interval", "interval")
        {
            Values = ["0", "1 year 2 mons -3 days 04:05:06.789", "-1 day +00:00:00.000001", "1 mon -1 day", "-00:00:00.5"],
            RandomSql = RandomInterval,
            // 14 does not read the ends of what it has. A microsecond more and it is 17's infinity.
            LaterValues = [(15, "178956970 years 7 mons 2147483647 days 2562047788:00:54.775806"), (15, "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775807"), (17, "infinity"), (17, "-infinity")],
        },
        new("interval", "interval")
        {
            Choice = "StarRocksType = \"BIGINT\"", Values = ["0", "2 days 00:00:00.000001", "-00:00:01"], RandomSql = RandomInterval, Inside = "extract(month FROM v) = 0 AND extract(year FROM v) = 0 AND abs(extract(epoch FROM v)) < 9000000000000",
            Canonical = "(extract(epoch FROM v) * 1000000)::int8::text",
            Outside = [new("1 mon"), new("1 year 00:00:01"), new("2147483647 days", "'9223372036854775807'"), new("-2147483648 days", "'-9223372036854775808'"), new("infinity", "'9223372036854775807'", Since: 17)],
        },
    ];

    private static MatrixCase Timestamp(string type) => new(type.StartsWith("timestamptz", StringComparison.Ordinal) ? "timestamptz" : "timestamp", type)
    {
        Values = ["0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2000-01-01 00:00:00.1", "1969-12-31 23:59:59.999999", "2024-02-29 12:00:00"], Random = type.StartsWith("timestamptz", StringComparison.Ordinal) ? "timestamptz" : "timestamp",
        Inside = "isfinite(v) AND v >= '0001-01-01 00:00:00' AND v < '10000-01-01 00:00:00'", Canonical = MomentOf("v"),
    };

    private static string MomentOf(string value) => Moment.Replace("{0}", value, StringComparison.Ordinal);
}
