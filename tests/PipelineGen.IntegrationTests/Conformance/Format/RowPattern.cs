using System.Text;
using System.Text.RegularExpressions;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>A row that a query must give: <c>| 1 | abc | NULL</c>. A value may also be <c>"quoted \n"</c>, <c>x'00FF'</c>, <c>*</c> or <c>/regex/</c>.</summary>
internal sealed record RowPattern(int Line, IReadOnlyList<string> Values)
{
    /// <summary>Splits at <c> | </c>; a leading bar is the line's.</summary>
    public static RowPattern Parse(string text, int line) => new(line, Split(text));

    public static IReadOnlyList<string> Split(string text) => [.. text.Split('|').Select(static v => v.Trim()).Select(static v => v.Replace("{bar}", "|", StringComparison.Ordinal))];

    public bool Matches(IReadOnlyList<byte[]?> row, Func<string, string> fill) =>
        row.Count == Values.Count && row.Zip(Values).All(pair => Matches(pair.First, fill(pair.Second)));

    public string Show(Func<string, string> fill) => string.Join(" | ", Values.Select(fill));

    public static string Show(IReadOnlyList<byte[]?> row) => string.Join(" | ", row.Select(static v => v is null ? "NULL" : Encoding.UTF8.GetString(v)));

    private static bool Matches(byte[]? actual, string expected)
    {
        if (expected == "*")
            return true;
        if (expected == "NULL" || actual is null)
            return expected == "NULL" && actual is null;
        if (expected.StartsWith("x'", StringComparison.Ordinal))
            return actual.AsSpan().SequenceEqual(Convert.FromHexString(expected[2..^1]));
        string text = Encoding.UTF8.GetString(actual);
        if (expected.Length > 1 && expected[0] == '/' && expected[^1] == '/')
            return Regex.IsMatch(text, expected[1..^1], RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        return text == (expected.Length > 1 && expected[0] == '"' && expected[^1] == '"' ? Escapes.Undo(expected[1..^1]) : expected);
    }
}
