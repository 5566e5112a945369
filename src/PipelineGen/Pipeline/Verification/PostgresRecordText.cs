using System.Text;

namespace PipelineGen.Pipeline;

/// <summary>Reads what record_out prints: <c>(1,"a ""b""",)</c> (PostgreSQL documentation, 8.16.6).</summary>
internal static class PostgresRecordText
{
    /// <summary>The fields' texts, null for NULL; false for what is no record.</summary>
    public static bool TryRead(string text, out List<string?> fields)
    {
        fields = [];
        if (text.Length < 2 || text[0] != '(' || text[^1] != ')')
            return false;
        int at = 1;
        while (true)
        {
            // Nothing between two commas is NULL; the empty text has quotes.
            var field = new StringBuilder();
            bool isNull = text[at] is ',' or ')';
            bool quoted = false;
            for (; at < text.Length; at++)
            {
                char c = text[at];
                if (c == '\\' && at + 1 < text.Length)
                    field.Append(text[++at]);
                else if (c == '"' && quoted && at + 1 < text.Length && text[at + 1] == '"')
                    field.Append(text[++at]);
                else if (c == '"')
                    quoted = !quoted;
                else if (!quoted && c is ',' or ')' && !quoted)
                    break;
                else
                    field.Append(c);
            }

            if (at >= text.Length)
                return false;
            fields.Add(isNull ? null : field.ToString());
            if (text[at++] == ')')
                return at == text.Length;
        }
    }
}

/// <summary>Reads what range_out prints: <c>empty</c>, <c>[1,10)</c>, <c>("a b",)</c> (PostgreSQL documentation, 8.17.5).</summary>
internal static class PostgresRangeText
{
    /// <summary>A bound is null where the range is unbounded or empty.</summary>
    internal readonly record struct Parts(string? Lower, string? Upper, bool LowerInclusive, bool UpperInclusive, bool IsEmpty);

    public static bool TryRead(string text, out Parts parts)
    {
        parts = default;
        if (text == "empty")
        {
            parts = new Parts(null, null, false, false, IsEmpty: true);
            return true;
        }

        // Between the brackets it is quoted as a record of two fields is.
        if (text.Length < 3 || text[0] is not ('[' or '(') || text[^1] is not (']' or ')') || !PostgresRecordText.TryRead($"({text[1..^1]})", out List<string?> bounds) || bounds.Count != 2)
            return false;
        parts = new Parts(bounds[0], bounds[1], text[0] == '[', text[^1] == ']', IsEmpty: false);
        return true;
    }
}

/// <summary>Reads what hstore_out prints: <c>"a"=>"1", "b"=>NULL</c> (PostgreSQL documentation, F.18.1).</summary>
internal static class PostgresHstoreText
{
    public static bool TryRead(string text, out List<(string Key, string? Value)> pairs)
    {
        pairs = [];
        int at = 0;
        while (at < text.Length)
        {
            if (pairs.Count > 0)
            {
                if (!text.AsSpan(at).StartsWith(", "))
                    return false;
                at += 2;
            }

            if (!TryReadQuoted(text, ref at, out string key) || !text.AsSpan(at).StartsWith("=>"))
                return false;
            at += 2;
            if (text.AsSpan(at).StartsWith("NULL"))
            {
                at += 4;
                pairs.Add((key, null));
            }
            else if (TryReadQuoted(text, ref at, out string value))
            {
                pairs.Add((key, value));
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadQuoted(string text, ref int at, out string value)
    {
        var read = new StringBuilder();
        value = "";
        if (at >= text.Length || text[at++] != '"')
            return false;
        for (; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && ++at == text.Length)
                return false;
            read.Append(text[at]);
        }

        value = read.ToString();
        return at++ < text.Length;
    }
}
