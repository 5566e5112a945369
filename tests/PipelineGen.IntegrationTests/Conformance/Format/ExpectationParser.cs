using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>Reads the tokens of an <c>expect</c> line.</summary>
internal static class ExpectationParser
{
    private static readonly (string Text, ExpectedAs Operator)[] Operators =
    [
        ("!=", ExpectedAs.Different), ("!~", ExpectedAs.NotContaining), (">=", ExpectedAs.AtLeast), ("<=", ExpectedAs.AtMost),
        ("=", ExpectedAs.Equal), ("~", ExpectedAs.Containing), ("%", ExpectedAs.Matching), (":", ExpectedAs.OfKind), ("?", ExpectedAs.Present),
    ];

    /// <exception cref="FormatException">The line is none.</exception>
    public static IEnumerable<Expectation> Parse(string text, int line)
    {
        int at = 0;
        while (SkipSpaces(text, ref at))
            yield return Token(text, ref at, line);
    }

    private static Expectation Token(string text, ref int at, int line)
    {
        bool absent = text[at] == '!';
        if (absent)
            at++;
        string key = text[at] == '"' ? Quoted(text, ref at) : Bare(text, ref at, static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-');
        if (key.Length == 0)
            throw new FormatException($"a field's name is expected at column {at + 1} of '{text}'");
        if (absent)
            return new Expectation(line, key, ExpectedAs.Absent, "");
        foreach ((string sign, ExpectedAs meant) in Operators)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0)
                continue;
            at += sign.Length;
            if (meant == ExpectedAs.Present)
                return new Expectation(line, key, meant, "");
            string value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Bare(text, ref at, static c => c != ' ');
            return new Expectation(line, key, meant, value);
        }

        throw new FormatException($"after '{key}' one of = != ~ !~ % >= : ? is expected");
    }

    private static bool SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        return at < text.Length;
    }

    private static string Bare(string text, ref int at, Func<char, bool> belongs)
    {
        int start = at;
        while (at < text.Length && belongs(text[at]))
            at++;
        return text[start..at];
    }

    /// <summary>In double quotes; <c>\"</c>, <c>\\</c>, <c>\n</c> and <c>\t</c> are the escapes.</summary>
    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                at = i + 1;
                return value.ToString();
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                value.Append(text[i] switch { 'n' => '\n', 't' => '\t', '"' => '"', '\\' => '\\', _ => throw new FormatException($"'\\{text[i]}' is no escape of a quoted value; \\\" \\\\ \\n \\t are") });
                continue;
            }

            value.Append(text[i]);
        }

        throw new FormatException($"the quote at column {at + 1} is not closed");
    }
}
