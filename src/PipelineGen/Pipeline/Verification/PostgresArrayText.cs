using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>Reads what array_out prints for one dimension: <c>{1,NULL,"a \"b\""}</c> (PostgreSQL documentation, 8.15.6).</summary>
internal static class PostgresArrayText
{
    /// <summary>The elements' texts, null for NULL; false for several dimensions, other lower bounds, and what is no array.</summary>
    public static bool TryRead(string text, out List<string?> elements)
    {
        elements = [];
        if (text.Length < 2 || text[0] != '{' || text[^1] != '}')
            return false;
        if (text.Length == 2)
            return true;
        int at = 1;
        var element = new StringBuilder();
        while (true)
        {
            element.Clear();
            bool quoted = text[at] == '"';
            if (text[at] == '{')
                return false;
            if (quoted)
                at++;
            while (quoted ? text[at] != '"' : text[at] is not (',' or '}'))
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
            elements.Add(!quoted && element.Equals("NULL") ? null : element.ToString());
            if (at == text.Length - 1)
                return true;
            if (at >= text.Length || text[at++] != ',')
                return false;
        }
    }
}
