using System.Globalization;
using System.Text;

namespace PipelineGen.Generators.Emit;

/// <summary>Texts as C# literals.</summary>
internal static class CSharpLiteral
{
    /// <summary><c>"text"</c>, on one line, whatever is in it.</summary>
    public static string Quoted(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': literal.Append("\\\""); break;
                case '\\': literal.Append("\\\\"); break;
                case '\n': literal.Append("\\n"); break;
                case '\r': literal.Append("\\r"); break;
                case '\t': literal.Append("\\t"); break;
                default:
                    if (IsPrintable(c))
                        literal.Append(c);
                    else
                        literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
            }
        }

        return literal.Append('"').ToString();
    }

    /// <summary><c>"text"u8</c>.</summary>
    public static string Utf8(string text) => Quoted(text) + "u8";

    public static string OrNull(string? text) => text is null ? "null" : Quoted(text);

    /// <summary>
    /// A raw literal of several lines, each after <paramref name="indentation"/>; an ordinary one where the text has a
    /// character that C# takes for a line end or that no reader would see.
    /// </summary>
    public static string Raw(string text, string indentation)
    {
        if (!text.All(static c => c == '\n' || IsPrintable(c)))
            return Quoted(text);
        string quotes = new('"', Math.Max(3, LongestRun(text) + 1));
        IEnumerable<string> lines = text.Split('\n').Select(line => line.Length == 0 ? "" : indentation + line);
        return $"{quotes}\n{string.Join("\n", lines)}\n{indentation}{quotes}";
    }

    private static int LongestRun(string text)
    {
        int longest = 0;
        int run = 0;
        foreach (char c in text)
        {
            run = c == '"' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
