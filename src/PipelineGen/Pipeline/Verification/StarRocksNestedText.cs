using System.Globalization;
using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>
/// Reads an ARRAY, STRUCT, MAP or JSON value as StarRocks' SQL endpoint prints it: <c>[1,null]</c>, <c>["a","b \"c\""]</c>,
/// <c>{"a":1,"b":[2]}</c>. Texts, dates and JSON elements stand in quotes of either kind; inside, a backslash escapes and control
/// characters may stand bare.
/// </summary>
internal static class StarRocksNestedText
{
    /// <summary>One element, null for NULL; bare where it stood without quotes.</summary>
    internal readonly record struct Item(string? Text, bool IsBare, string? Key = null);

    /// <summary>The elements; false for what is no array.</summary>
    public static bool TryReadArray(string text, out List<Item> elements) => TryRead(text, '[', ']', out elements);

    /// <summary>The members of a struct or the entries of a map; false for what is neither.</summary>
    public static bool TryReadObject(string text, out List<(string Key, string? Value)> members)
    {
        bool isObject = TryRead(text, '{', '}', out List<Item> items);
        members = [.. items.Select(static item => (item.Key ?? "", item.Text))];
        return isObject;
    }

    private static bool TryRead(string text, char open, char close, out List<Item> items)
    {
        items = [];
        if (text.Length < 2 || text[0] != open || text[^1] != close)
            return false;
        int at = 1;
        Skip(text, ref at);
        if (at == text.Length - 1)
            return true;
        while (true)
        {
            string? key = null;
            if (open == '{' && !TryReadKey(text, ref at, out key))
                return false;
            Skip(text, ref at);
            if (text[at] is '"' or '\'')
            {
                if (!TryReadQuoted(text, ref at, out string quoted))
                    return false;
                items.Add(new Item(quoted, IsBare: false, key));
            }
            else
            {
                string bare = ReadBare(text, ref at, keyed: false);
                if (bare.Length == 0)
                    return false;
                items.Add(new Item(bare is "null" or "NULL" ? null : bare, IsBare: true, key));
            }

            Skip(text, ref at);
            if (at == text.Length - 1)
                return true;
            if (at >= text.Length || text[at++] != ',')
                return false;
        }
    }

    private static bool TryReadKey(string text, ref int at, out string? key)
    {
        Skip(text, ref at);
        key = null;
        if (text[at] is '"' or '\'')
        {
            if (!TryReadQuoted(text, ref at, out string quoted))
                return false;
            key = quoted;
        }
        else
        {
            key = ReadBare(text, ref at, keyed: true);
        }

        Skip(text, ref at);
        return at < text.Length && text[at++] == ':';
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

    /// <summary>A number, a word, or a nested value without quotes around it, up to the comma or bracket; of a key, up to the colon.</summary>
    private static string ReadBare(string text, ref int at, bool keyed)
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
            else if (depth == 0 && (c == ',' || (keyed && c == ':')))
            {
                break;
            }
        }

        return text[start..Math.Min(at, text.Length - 1)].TrimEnd(' ');
    }
}
