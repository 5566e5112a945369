namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>Words between spaces.</summary>
internal static class Words
{
    public static (string Word, string Tail) First(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[(space + 1)..].Trim());
    }

    /// <exception cref="FormatException">None, or more than one.</exception>
    public static string One(string text, string what) =>
        text.Length > 0 && !text.Contains(' ', StringComparison.Ordinal) ? text : throw new FormatException($"{what} is one word, not '{text}'");

    public static string[] All(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="FormatException">Not that many.</exception>
    public static string[] Exactly(string text, int count, string usage)
    {
        string[] words = All(text);
        return words.Length == count ? words : throw new FormatException($"'{usage}' is expected, not '{text}'");
    }
}
