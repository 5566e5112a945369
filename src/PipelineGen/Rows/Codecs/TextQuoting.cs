using System.Buffers;

namespace PipelineGen.Rows;

/// <summary>How array_out, record_out and range_out quote the texts that they are made of. Each works on what was just printed, in place.</summary>
internal static class TextQuoting
{
    private static readonly SearchValues<byte> ArraySpecial = SearchValues.Create("\"\\{} \t\n\r\v\f"u8);
    private static readonly SearchValues<byte> RecordSpecial = SearchValues.Create("\"\\(), \t\n\r\v\f"u8);
    private static readonly SearchValues<byte> RangeSpecial = SearchValues.Create("\"\\()[], \t\n\r\v\f"u8);

    /// <summary>Quotes what stands behind <paramref name="start"/> as an element: the word NULL, however written, is quoted too.</summary>
    public static void Element(ref PgTextWriter text, int start, byte delimiter)
    {
        ReadOnlySpan<byte> written = text.Written[start..];
        if (written.IsEmpty || written.ContainsAny(ArraySpecial) || written.Contains(delimiter) || IsNullWord(written))
            Quote(ref text, start, quoteEscape: (byte)'\\');
    }

    /// <summary>Quotes what stands behind <paramref name="start"/> as a composite's attribute.</summary>
    public static void Field(ref PgTextWriter text, int start)
    {
        ReadOnlySpan<byte> written = text.Written[start..];
        if (written.IsEmpty || written.ContainsAny(RecordSpecial))
            Quote(ref text, start, quoteEscape: (byte)'"');
    }

    /// <summary>Quotes what stands behind <paramref name="start"/> as a range's bound.</summary>
    public static void Bound(ref PgTextWriter text, int start)
    {
        ReadOnlySpan<byte> written = text.Written[start..];
        if (written.IsEmpty || written.ContainsAny(RangeSpecial))
            Quote(ref text, start, quoteEscape: (byte)'"');
    }

    /// <summary>
    /// The end of a quoted text that starts with its quote: the index of the closing quote, or -1. <paramref name="plain"/> tells
    /// that nothing in it is escaped.
    /// </summary>
    /// <param name="doubled">Whether a quote is escaped by another quote as well as by a backslash.</param>
    public static int ClosingQuote(ReadOnlySpan<byte> text, bool doubled, out bool plain)
    {
        plain = true;
        int at = 1;
        while (at < text.Length)
        {
            int next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return -1;
            at += next;
            if (text[at] == '"' && !(doubled && at + 1 < text.Length && text[at + 1] == '"'))
                return at;
            plain = false;
            at += 2;
        }

        return -1;
    }

    /// <summary>Takes the escapes out of the inside of a quoted text; each escape is two bytes of which the second counts.</summary>
    public static int Unescape(ReadOnlySpan<byte> inside, Span<byte> destination)
    {
        int length = 0;
        for (int at = 0; at < inside.Length; at++)
        {
            if (inside[at] is (byte)'"' or (byte)'\\')
                at++;
            destination[length++] = inside[at];
        }

        return length;
    }

    private static void Quote(ref PgTextWriter text, int start, byte quoteEscape)
    {
        int length = text.Length - start;
        ReadOnlySpan<byte> content = text.Written[start..];
        int longer = length + content.Count((byte)'"') + content.Count((byte)'\\') + 2;
        // Room first, while the content still counts as written; what is truncated is not moved when the text grows.
        text.Reserve(longer - length);
        text.Truncate(start);
        Span<byte> whole = text.Reserve(longer);
        int to = longer - 1;
        whole[to--] = (byte)'"';
        // From the back, so that each byte moves before its place is taken.
        for (int from = length - 1; from >= 0; from--)
        {
            byte b = whole[from];
            whole[to--] = b;
            if (b == '"')
                whole[to--] = quoteEscape;
            else if (b == '\\')
                whole[to--] = (byte)'\\';
        }

        whole[0] = (byte)'"';
        text.Advance(longer);
    }

    private static bool IsNullWord(ReadOnlySpan<byte> text) =>
        text.Length == 4 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'u' && (text[2] | 0x20) == 'l' && (text[3] | 0x20) == 'l';
}
