using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// One range in either format: range_send's (flags byte, then per bound int32 length and bytes) or range_out's. A bound that is
/// not there has the <see cref="ColumnFormat.Null"/> format.
/// </summary>
internal ref struct RangeReader : IDisposable
{
    private byte[]? _scratch;

    public RangeReader(ColumnInfo column, ColumnValue value)
    {
        ReadOnlySpan<byte> rest = Wire.Present(column, value);
        if (!value.IsBinary)
        {
            if (!RangeSyntax.TryRead(ref rest, out RangeSyntax range) || !rest.IsEmpty)
                throw Malformed(column, value);
            Flags = range.Flags;
            // Bounds without escapes need no scratch; the two share it, since together they are shorter than the value.
            bool escaped = value.Bytes.Contains((byte)'"');
            if (escaped)
                _scratch = ArrayPool<byte>.Shared.Rent(value.Bytes.Length);
            Lower = Text(range.Lower, _scratch);
            Upper = Text(range.Upper, _scratch.AsSpan(escaped ? range.Lower.Length : 0));
            return;
        }

        if (rest.IsEmpty || !RangeSyntax.IsPossible((RangeFlags)rest[0]))
            throw Malformed(column, value);
        Flags = (RangeFlags)rest[0];
        rest = rest[1..];
        Lower = (Flags & (RangeFlags.Empty | RangeFlags.LowerInfinite)) == 0 ? Binary(column, value, ref rest) : default;
        Upper = (Flags & (RangeFlags.Empty | RangeFlags.UpperInfinite)) == 0 ? Binary(column, value, ref rest) : default;
        if (!rest.IsEmpty)
            throw Malformed(column, value);
    }

    public RangeFlags Flags { get; }

    public ColumnValue Lower { get; }

    public ColumnValue Upper { get; }

    public readonly bool IsEmpty => Flags == RangeFlags.Empty;

    public readonly bool Includes(RangeFlags bound) => (Flags & bound) != 0;

    public void Dispose()
    {
        if (_scratch is { } scratch)
            ArrayPool<byte>.Shared.Return(scratch);
        _scratch = null;
    }

    private static ColumnValue Text(ReadOnlySpan<byte> bound, Span<byte> scratch) =>
        bound.IsEmpty ? default : new ColumnValue(ColumnFormat.Text, RangeSyntax.Unquote(bound, scratch));

    private static ColumnValue Binary(ColumnInfo column, ColumnValue value, scoped ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
            throw Malformed(column, value);
        int length = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 0 || length > rest.Length - 4)
            throw Malformed(column, value);
        var bound = new ColumnValue(ColumnFormat.Binary, rest.Slice(4, length));
        rest = rest[(4 + length)..];
        return bound;
    }

    private static ColumnValueException Malformed(ColumnInfo column, ColumnValue value) => ColumnValueException.Malformed(column, value, "not a range");
}

/// <summary>
/// The ranges of a multirange in either format: multirange_send's (int32 count, then per range int32 length and range_send's
/// bytes) or multirange_out's, <c>{[1,3),[5,8)}</c>.
/// </summary>
internal ref struct MultirangeReader
{
    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private ReadOnlySpan<byte> _rest;
    private int _left;
    private bool _started;

    public MultirangeReader(ColumnInfo column, ColumnValue value)
    {
        _column = column;
        _value = value;
        _rest = Wire.Present(column, value);
        if (value.IsBinary)
        {
            // A range has its length and its flags.
            if (_rest.Length < 4 || (_left = BinaryPrimitives.ReadInt32BigEndian(_rest)) < 0 || _left > (_rest.Length - 4) / 5)
                throw Malformed();
            _rest = _rest[4..];
            return;
        }

        if (_rest.Length < 2 || _rest[0] != '{' || _rest[^1] != '}')
            throw Malformed();
        _rest = _rest[1..^1];
    }

    public bool TryNext(out ColumnValue range)
    {
        range = default;
        if (_value.IsBinary ? _left == 0 : _rest.IsEmpty)
            return _rest.IsEmpty ? false : throw Malformed();
        range = _value.IsBinary ? NextBinary() : NextText();
        _started = true;
        return true;
    }

    private ColumnValue NextBinary()
    {
        _left--;
        if (_rest.Length < 4)
            throw Malformed();
        int length = BinaryPrimitives.ReadInt32BigEndian(_rest);
        if (length < 0 || length > _rest.Length - 4)
            throw Malformed();
        var range = new ColumnValue(ColumnFormat.Binary, _rest.Slice(4, length));
        _rest = _rest[(4 + length)..];
        return range;
    }

    private ColumnValue NextText()
    {
        if (_started)
        {
            if (_rest[0] != ',')
                throw Malformed();
            _rest = _rest[1..];
        }

        ReadOnlySpan<byte> after = _rest;
        if (!RangeSyntax.TryRead(ref after, out _))
            throw Malformed();
        var range = new ColumnValue(ColumnFormat.Text, _rest[..^after.Length]);
        _rest = after;
        return range;
    }

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not a multirange");
}
