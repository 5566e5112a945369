using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// Walks a vector or halfvec of pgvector in either format: int16 dimensions, int16 unused, then float4 or IEEE half numbers
/// (vector_send, halfvec_send); or <c>[1,2.5]</c>.
/// </summary>
internal ref struct VectorReader
{
    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private readonly int _size;
    private readonly Span<byte> _wide;
    private ReadOnlySpan<byte> _rest;
    private bool _started;

    /// <param name="size">Bytes of a number in the binary format: 4, or 2 for halfvec.</param>
    /// <param name="wide">Four bytes for a half that is widened.</param>
    public VectorReader(ColumnInfo column, ColumnValue value, int size, Span<byte> wide)
    {
        _column = column;
        _value = value;
        _size = size;
        _wide = wide;
        _rest = Wire.Present(column, value);
        if (value.IsBinary)
        {
            if (_rest.Length < 4 || BinaryPrimitives.ReadInt16BigEndian(_rest) is var count && (count < 1 || _rest.Length != 4 + (count * size)))
                throw Malformed();
            Capacity = count;
            _rest = _rest[4..];
            return;
        }

        if (_rest.Length < 3 || _rest[0] != '[' || _rest[^1] != ']')
            throw Malformed();
        _rest = _rest[1..^1];
    }

    /// <summary>How many numbers there are, where that is known; else 0.</summary>
    public int Capacity { get; }

    /// <summary>The next number as a float4 in the value's format, valid until the next call.</summary>
    public bool TryNext(out ColumnValue number)
    {
        number = default;
        if (_rest.IsEmpty)
            return false;
        if (_value.IsBinary)
        {
            ReadOnlySpan<byte> bytes = _rest[.._size];
            _rest = _rest[_size..];
            if (_size == 2)
            {
                BinaryPrimitives.WriteSingleBigEndian(_wide, (float)BinaryPrimitives.ReadHalfBigEndian(bytes));
                bytes = _wide[..4];
            }

            number = new ColumnValue(ColumnFormat.Binary, bytes);
            return true;
        }

        if (_started)
        {
            if (_rest[0] != ',')
                throw Malformed();
            _rest = _rest[1..];
        }

        _started = true;
        int end = _rest.IndexOf((byte)',');
        ReadOnlySpan<byte> text = end < 0 ? _rest : _rest[..end];
        if (text.IsEmpty)
            throw Malformed();
        _rest = _rest[text.Length..];
        number = new ColumnValue(ColumnFormat.Text, text);
        return true;
    }

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not a vector");
}
