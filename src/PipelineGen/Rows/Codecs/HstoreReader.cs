using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// Walks an hstore in either format: hstore_send's (int32 count, then per pair int32 length and key, int32 length or -1 and
/// value) or hstore_out's, <c>"a"=>"1", "b"=>NULL</c>. Both have the pairs in hstore's order: by length, then bytes, of the keys.
/// </summary>
internal ref struct HstoreReader : IDisposable
{
    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _lastKey;
    private byte[]? _scratch;
    private int _scratchUsed;
    private int _left;
    private bool _started;

    public HstoreReader(ColumnInfo column, ColumnValue value)
    {
        _column = column;
        _value = value;
        _rest = Wire.Present(column, value);
        if (!value.IsBinary)
            return;
        // A pair has two lengths.
        if (_rest.Length < 4 || (_left = BinaryPrimitives.ReadInt32BigEndian(_rest)) < 0 || _left > (_rest.Length - 4) / 8)
            throw Malformed();
        _rest = _rest[4..];
    }

    /// <param name="item">The pair's value; in <see cref="ColumnFormat.Null"/> format for NULL.</param>
    public bool TryNext(out ReadOnlySpan<byte> key, out ColumnValue item)
    {
        key = default;
        item = default;
        ReadOnlySpan<byte> name;
        if (_value.IsBinary ? _left == 0 : _rest.IsEmpty)
            return _rest.IsEmpty ? false : throw Malformed();
        if (_value.IsBinary)
        {
            _left--;
            ColumnValue binaryKey = BinaryItem();
            if (binaryKey.IsNull)
                throw Malformed();
            name = binaryKey.Bytes;
            item = BinaryItem();
        }
        else
        {
            if (_started)
                Take(", "u8);
            name = Quoted();
            Take("=>"u8);
            if (_rest.StartsWith("NULL"u8))
                Take("NULL"u8);
            else
                item = new ColumnValue(ColumnFormat.Text, Quoted());
        }

        // The order proves that no key comes twice: of two, StarRocks would keep one.
        if (_started && (name.Length < _lastKey.Length || (name.Length == _lastKey.Length && name.SequenceCompareTo(_lastKey) <= 0)))
            throw Malformed();
        _started = true;
        _lastKey = name;
        key = name;
        return true;
    }

    public void Dispose()
    {
        if (_scratch is { } scratch)
            ArrayPool<byte>.Shared.Return(scratch);
        _scratch = null;
    }

    private ColumnValue BinaryItem()
    {
        if (_rest.Length < 4)
            throw Malformed();
        int length = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[4..];
        if (length == -1)
            return default;
        if (length < 0 || length > _rest.Length)
            throw Malformed();
        var item = new ColumnValue(ColumnFormat.Binary, _rest[..length]);
        _rest = _rest[length..];
        return item;
    }

    private ReadOnlySpan<byte> Quoted()
    {
        if (_rest.IsEmpty || _rest[0] != '"')
            throw Malformed();
        int end = TextQuoting.ClosingQuote(_rest, doubled: false, out bool plain);
        if (end < 0)
            throw Malformed();
        ReadOnlySpan<byte> inside = _rest[1..end];
        _rest = _rest[(end + 1)..];
        if (plain)
            return inside;
        // Keys and values lie behind one another: all of them are shorter than the whole value.
        _scratch ??= ArrayPool<byte>.Shared.Rent(_value.Bytes.Length);
        Span<byte> free = _scratch.AsSpan(_scratchUsed);
        int length = TextQuoting.Unescape(inside, free);
        _scratchUsed += length;
        return free[..length];
    }

    private void Take(ReadOnlySpan<byte> token)
    {
        if (!_rest.StartsWith(token))
            throw Malformed();
        _rest = _rest[token.Length..];
    }

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not an hstore");
}
