using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.AotSmoke;

/// <summary>What the rows of rows.sql are as C# values.</summary>
internal static class MaterialisedRows
{
    private static readonly Guid Reference = new("6f1e9a34-1b2c-4d5e-8f90-0a0b0c0d0e0f");

    public static void Check(Expectations expect, string from, IReadOnlyList<EveryBinaryType> rows)
    {
        expect.Equal($"{from}: rows", 3, rows.Count);
        EveryBinaryType row = rows[0];
        expect.Equal($"{from}: id", long.MaxValue, row.Id);
        expect.Equal($"{from}: flag", true, row.Flag);
        expect.Equal($"{from}: small", short.MinValue, row.Small);
        expect.Equal($"{from}: whole", int.MinValue, row.Whole);
        expect.Equal($"{from}: big", 42L, row.Big);
        expect.Equal($"{from}: object", uint.MaxValue, row.Object);
        expect.Equal($"{from}: transaction", uint.MaxValue - 1, row.Transaction);
        expect.Equal($"{from}: command", 7u, row.Command);
        expect.Equal($"{from}: single", 1.1f, row.Single);
        expect.Equal($"{from}: twice", -2.2250738585072014e-308, row.Twice);
        expect.Equal($"{from}: amount", -999_999_999_999.99m, row.Amount);
        expect.Equal($"{from}: wide", new PgNumeric("1234567890123456789012345678.0123456789"), row.Wide);
        expect.Equal($"{from}: huge", new PgNumeric("12345678901234567890123456789012345678901234.00001"), row.Huge);
        expect.Equal($"{from}: loose", true, row.Loose?.IsNaN);
        expect.Equal($"{from}: label", "quote \" backslash \\ tab \t newline \n bell \a und ein ß und 漢字 und 😀", row.Label);
        expect.Equal($"{from}: short_name", "a_name", row.ShortName);
        expect.Equal($"{from}: code", "twenty", row.Code);
        expect.Equal($"{from}: fixed", "ab   ", row.Fixed);
        expect.Equal($"{from}: contact", "a@b.example", row.Contact);
        expect.Equal($"{from}: content", "00FF10", Hex(row.Content));
        expect.Equal($"{from}: digest", "DEADBEEF", Hex(row.Digest));
        expect.Equal($"{from}: day", new DateOnly(2024, 2, 29), row.Day);
        expect.Equal($"{from}: clock", new TimeOnly(23, 59, 59, 999, 999), row.Clock);
        expect.Equal($"{from}: local", DateTime.MinValue, row.Local);
        expect.Equal($"{from}: instant", new DateTime(2024, 3, 9, 20, 45, 0, 500, DateTimeKind.Utc), row.Instant);
        expect.Equal($"{from}: instant's kind", DateTimeKind.Utc, row.Instant?.Kind);
        expect.Equal($"{from}: ref", Reference, row.Ref);
        expect.Equal($"{from}: document", Json("""{"b": 1.0, "a": [true, null]}"""), row.Document);
        expect.Equal($"{from}: tree", Json("""{"a": ["ß"], "b": 1.0}"""), row.Tree);
        expect.Equal($"{from}: document_text", Json("""{ "b":1, "b":2 }"""), row.DocumentText);
        expect.Equal($"{from}: tree_text", Json("""{"n": 1.50}"""), row.TreeText);
        expect.Equal($"{from}: state", Mood.OnEdge, row.State);
        CheckArrays(expect, from, row);

        expect.Equal($"{from}: id of the row of NULLs", 2L, rows[1].Id);
        expect.Equal($"{from}: a NULL value", null, rows[1].Amount);
        expect.Equal($"{from}: a NULL text", null, rows[1].Label);
        expect.Equal($"{from}: a NULL array", true, rows[1].Labels is null);
    }

    public static void Check(Expectations expect, string from, IReadOnlyList<EveryTextType> rows)
    {
        expect.Equal($"{from}: rows", 2, rows.Count);
        EveryTextType row = rows[0];
        expect.Equal($"{from}: id", 12345678901234567890m, row.Id);
        expect.Equal($"{from}: bits", "10100101", row.Bits);
        expect.Equal($"{from}: counter", ulong.MaxValue, row.Counter);
        expect.Equal($"{from}: wal", "16/B374D848", row.Wal);
        expect.Equal($"{from}: address", "fe80::1/64", row.Address);
        expect.Equal($"{from}: clock_tz", "04:05:06.789-08", row.ClockTz?.ToString());
        expect.Equal($"{from}: span", PgInterval.Parse("P1Y2M-3DT4H5M6S"), row.Span);
        expect.Equal($"{from}: markup", """<a b="c">d</a>""", row.Markup);
        expect.Equal($"{from}: a_point", new PgPoint(1.5, 2), row.APoint);
        expect.Equal($"{from}: words", "'fat':2 'rat':3", row.Words);
        expect.Equal($"{from}: amount_range", "[1.5,)", row.AmountRange?.ToString());
        expect.Equal($"{from}: whole_ranges", "[1,5) [7,9)", string.Join(' ', row.WholeRanges ?? []));
        expect.Texts($"{from}: addresses", row.Addresses, "10.0.0.1", "fe80::1");
        expect.Equal($"{from}: a NULL interval", null, rows[1].Span);
    }

    private static void CheckArrays(Expectations expect, string from, EveryBinaryType row)
    {
        expect.Values($"{from}: flags", row.Flags, true, false, null);
        expect.Values($"{from}: smalls", row.Smalls, 1, -1);
        expect.Values($"{from}: wholes", row.Wholes);
        expect.Values($"{from}: bigs", row.Bigs, long.MaxValue);
        expect.Values($"{from}: singles", row.Singles, 0.5f, -0f);
        expect.Values($"{from}: doubles", row.Doubles, 1e300);
        expect.Values($"{from}: amounts", row.Amounts, -0.01m, 100.00m);
        expect.Texts($"{from}: labels", row.Labels, "a\"b", "NULL", null, "c\\d", "");
        expect.Values($"{from}: states", row.States, Mood.Calm, null, Mood.Gone);
        expect.Values($"{from}: days", row.Days, DateOnly.MinValue, DateOnly.MaxValue);
        expect.Values($"{from}: clocks", row.Clocks, new TimeOnly(0, 0, 0, 500), new TimeOnly(23, 59, 59));
        expect.Values($"{from}: locals", row.Locals, new DateTime(2024, 2, 29, 12, 0, 0).AddMicroseconds(1));
        expect.Values($"{from}: instants", row.Instants, new DateTime(2024, 2, 29, 12, 0, 0, DateTimeKind.Utc));
        expect.Values($"{from}: refs", row.Refs, Reference);
        expect.Values($"{from}: trees", row.Trees, Json("""{"k": [1, 2]}"""));
    }

    private static string? Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } value ? Convert.ToHexString(value.Span) : null;

    private static PgJson Json(string text) => new(Encoding.UTF8.GetBytes(text));
}
