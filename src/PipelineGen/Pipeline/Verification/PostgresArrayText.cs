using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>Reads what array_out prints: <c>{1,NULL,"a \"b\""}</c>, <c>{{1,2},{3,4}}</c> (PostgreSQL documentation, 8.15.6).</summary>
internal static class PostgresArrayText
{
    /// <summary>One element, null for NULL; or the text of a whole row of a further dimension.</summary>
    internal readonly record struct Item(string? Text, bool IsNested);

    /// <summary>False for other lower bounds, and for what is no array.</summary>
    public static bool TryRead(string text, char delimiter, out List<Item> items)
    {
        items = [];
        if (text.Length < 2 || text[0] != '{' || text[^1] != '}')
            return false;
        if (text.Length == 2)
            return true;
        int at = 1;
        while (true)
        {
            if (text[at] == '{')
            {
                int start = at;
                if (!SkipNested(text, ref at))
                    return false;
                items.Add(new Item(text[start..at], IsNested: true));
            }
            else if (TryReadElement(text, delimiter, ref at, out string? element))
            {
                items.Add(new Item(element, IsNested: false));
            }
            else
            {
                return false;
            }

            if (at == text.Length - 1)
                return true;
            if (at >= text.Length || text[at++] != delimiter)
                return false;
        }
    }

    private static bool TryReadElement(string text, char delimiter, ref int at, out string? value)
    {
        value = null;
        var element = new StringBuilder();
        bool quoted = text[at] == '"';
        if (quoted)
            at++;
        while (quoted ? text[at] != '"' : text[at] != delimiter && text[at] != '}')
        {
            if (text[at] == '\\')
                at++;
            if (at >= text.Length - 1)
                return false;
            element.Append(text[at++]);
            if (at >= text.Length)
                return false;
        }

        if (quoted)
            at++;
        // The four letters without quotes are the NULL; with quotes they are a text.
        value = !quoted && element.Equals("NULL") ? null : element.ToString();
        return true;
    }

    private static bool SkipNested(string text, ref int at)
    {
        int depth = 0;
        bool quoted = false;
        for (; at < text.Length - 1; at++)
        {
            char c = text[at];
            if (c == '\\')
                at++;
            else if (c == '"')
                quoted = !quoted;
            else if (c == '{' && !quoted)
                depth++;
            else if (c == '}' && !quoted && --depth == 0)
                return ++at < text.Length;
        }

        return false;
    }
}
