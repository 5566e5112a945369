namespace PipelineGen.Rows;

/// <summary>The flags byte of range_send (PostgreSQL's rangetypes.h).</summary>
[Flags]
internal enum RangeFlags : byte
{
    Empty = 1,
    LowerInclusive = 2,
    UpperInclusive = 4,
    LowerInfinite = 8,
    UpperInfinite = 16,
}

/// <summary>The parts of a range's text. A bound keeps its quotes, so that the empty text differs from no bound.</summary>
internal readonly ref struct RangeSyntax
{
    private RangeSyntax(RangeFlags flags, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper)
    {
        Flags = flags;
        Lower = lower;
        Upper = upper;
    }

    public RangeFlags Flags { get; }

    public ReadOnlySpan<byte> Lower { get; }

    public ReadOnlySpan<byte> Upper { get; }

    /// <summary>Takes one range off the front of a text.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> text, out RangeSyntax range)
    {
        range = default;
        if (text.StartsWith("empty"u8))
        {
            text = text[5..];
            range = new RangeSyntax(RangeFlags.Empty, default, default);
            return true;
        }

        if (text.IsEmpty || text[0] is not ((byte)'[' or (byte)'('))
            return false;
        RangeFlags flags = text[0] == '[' ? RangeFlags.LowerInclusive : 0;
        if (!TryBound(text[1..], out ReadOnlySpan<byte> lower, out ReadOnlySpan<byte> rest) || rest.IsEmpty || rest[0] != ',' ||
            !TryBound(rest[1..], out ReadOnlySpan<byte> upper, out rest) || rest.IsEmpty || rest[0] is not ((byte)']' or (byte)')'))
            return false;
        if (rest[0] == ']')
            flags |= RangeFlags.UpperInclusive;
        if (lower.IsEmpty)
            flags |= RangeFlags.LowerInfinite;
        if (upper.IsEmpty)
            flags |= RangeFlags.UpperInfinite;
        if (!IsPossible(flags))
            return false;
        text = rest[1..];
        range = new RangeSyntax(flags, lower, upper);
        return true;
    }

    /// <summary>Whether Postgres makes such a range: an empty one has no bounds, and what is not there includes nothing.</summary>
    public static bool IsPossible(RangeFlags flags) =>
        flags == RangeFlags.Empty ||
        ((byte)flags < 32 && (flags & RangeFlags.Empty) == 0 &&
            (flags & (RangeFlags.LowerInclusive | RangeFlags.LowerInfinite)) != (RangeFlags.LowerInclusive | RangeFlags.LowerInfinite) &&
            (flags & (RangeFlags.UpperInclusive | RangeFlags.UpperInfinite)) != (RangeFlags.UpperInclusive | RangeFlags.UpperInfinite));

    /// <summary>A bound without its quotes and escapes; in <paramref name="scratch"/>, of the bound's length, only where it has escapes.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> bound, Span<byte> scratch)
    {
        if (bound[0] != '"')
            return bound;
        ReadOnlySpan<byte> inside = bound[1..^1];
        return inside.IndexOfAny((byte)'"', (byte)'\\') < 0 ? inside : scratch[..TextQuoting.Unescape(inside, scratch)];
    }

    private static bool TryBound(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> bound, out ReadOnlySpan<byte> rest)
    {
        int end;
        if (!text.IsEmpty && text[0] == '"')
            end = TextQuoting.ClosingQuote(text, doubled: true, out _) + 1;
        else
            end = text.IndexOfAny("\"\\()[],"u8);
        bound = end > 0 ? text[..end] : default;
        rest = end > 0 ? text[end..] : text;
        // No closing quote is 0, no delimiter is -1; an unquoted bound of no length is no bound.
        return end > 0 || (end == 0 && text[0] != '"');
    }
}
