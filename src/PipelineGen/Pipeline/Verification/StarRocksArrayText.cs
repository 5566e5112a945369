using System.Globalization;
using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>
/// Reads an ARRAY as StarRocks' SQL endpoint prints it: <c>[1,null]</c>, <c>["a","b \"c\""]</c>. Texts, dates and JSON
/// elements stand in quotes of either kind; inside, a backslash escapes and control characters may stand bare.
/// </summary>
internal static class StarRocksArrayText
{
    /// <summary>The elements' texts, null for NULL; false for what is no array.</summary>
    public static bool TryRead(string text, out List<string?> elements)
    {
        elements = [];
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
            return false;
        int at = 1;
        Skip(text, ref at);
        if (at == text.Length - 1)
            return true;
        while (true)
        {
            Skip(text, ref at);
            if (text[at] is '"' or '\'')
            {
                if (!TryReadQuoted(text, ref at, out string quoted))
                    return false;
                elements.Add(quoted);
            }
            else
            {
                string bare = ReadBare(text, ref at);
                if (bare.Length == 0)
                    return false;
                elements.Add(bare is "null" or "NULL" ? null : bare);
            }

            Skip(text, ref at);
            if (at == text.Length - 1)
                return true;
            if (at >= text.Length || text[at++] != ',')
                return false;
        }
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length - 1 && text[at] == ' ')
            at++;
    }

    private static bool TryReadQuoted(string text, ref int at, out string value)
    {
        var element = new StringBuilder();
        char quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] != '\\')
            {
                element.Append(text[at++]);
                continue;
            }

            if (++at >= text.Length)
                break;
            char escaped = text[at++];
            if (escaped == 'u' && at + 4 <= text.Length && int.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int unit))
            {
                element.Append((char)unit);
                at += 4;
                continue;
            }

            element.Append(escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', _ => escaped });
        }

        value = element.ToString();
        return at++ < text.Length;
    }

    /// <summary>A number, a word, or a JSON element without quotes around it, up to the comma or bracket of this array.</summary>
    private static string ReadBare(string text, ref int at)
    {
        int start = at;
        int depth = 0;
        for (bool inString = false; at < text.Length - 1; at++)
        {
            char c = text[at];
            if (inString)
            {
                if (c == '\\')
                    at++;
                else if (c == '"')
                    inString = false;
            }
            else if (c == '"')
            {
                inString = true;
            }
            else if (c is '[' or '{')
            {
                depth++;
            }
            else if (c is ']' or '}')
            {
                depth--;
            }
            else if (c == ',' && depth == 0)
            {
                break;
            }
        }

        return text[start..Math.Min(at, text.Length - 1)].TrimEnd(' ');
    }
}
