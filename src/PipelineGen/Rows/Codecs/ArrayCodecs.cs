using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>T[] with elements of a value type; the elements' codec does the rest.</summary>
public readonly struct ValueArrayCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>
    where T : struct
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        var elements = new List<T?>();
        byte[]? scratch = null;
        var reader = new ArrayElements(column, value, ref scratch);
        while (reader.TryNext(out ColumnValue element))
            elements.Add(element.IsNull ? null : TElement.Decode(column, element));
        if (scratch is not null)
            ArrayPool<byte>.Shared.Return(scratch);
        return [.. elements];
    }
}

/// <summary>T[] with elements of a reference type.</summary>
public readonly struct ReferenceArrayCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>
    where T : class
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        var elements = new List<T?>();
        byte[]? scratch = null;
        var reader = new ArrayElements(column, value, ref scratch);
        while (reader.TryNext(out ColumnValue element))
            elements.Add(element.IsNull ? null : TElement.Decode(column, element));
        if (scratch is not null)
            ArrayPool<byte>.Shared.Return(scratch);
        return [.. elements];
    }
}

internal static class ArrayWire
{
    public static void Write<TElement>(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        where TElement : struct, IColumnEncoder
    {
        byte[]? scratch = null;
        try
        {
            var elements = new ArrayElements(column, value, ref scratch);
            writer.Raw((byte)'[');
            bool first = true;
            while (elements.TryNext(out ColumnValue element))
            {
                if (!first)
                    writer.Raw((byte)',');
                first = false;
                if (element.IsNull)
                    writer.Raw("null"u8);
                else
                    TElement.Encode(column, element, ref writer);
            }

            writer.Raw((byte)']');
        }
        finally
        {
            if (scratch is not null)
                ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}

/// <summary>
/// Walks the elements of a one-dimensional array in either format. Several dimensions, or a lower bound other than 1,
/// have no place in an ARRAY column and are domain errors (TYPES.md).
/// </summary>
internal ref struct ArrayElements
{
    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private readonly Span<byte> _scratch;
    private ReadOnlySpan<byte> _rest;
    private int _remaining;

    /// <param name="scratch">Receives a pooled buffer for unescaped text elements; the caller returns it.</param>
    public ArrayElements(ColumnInfo column, ColumnValue value, ref byte[]? scratch)
    {
        _column = column;
        _value = value;
        _rest = value.Bytes;
        if (value.IsBinary)
        {
            ReadHeader();
            return;
        }

        if (_rest.Length < 2 || _rest[0] != '{' || _rest[^1] != '}')
            throw _rest.Length > 0 && _rest[0] == '[' ? Shape() : Malformed();
        scratch = ArrayPool<byte>.Shared.Rent(_rest.Length);
        _scratch = scratch;
        _rest = _rest[1..^1];
        _remaining = _rest.IsEmpty ? 0 : int.MaxValue;
    }

    public bool TryNext(out ColumnValue element)
    {
        if (_remaining == 0)
        {
            if (_value.IsBinary && !_rest.IsEmpty)
                throw Malformed();
            element = default;
            return false;
        }

        element = _value.IsBinary ? NextBinary() : NextText();
        return true;
    }

    private void ReadHeader()
    {
        // int32 dimensions, int32 has-nulls, uint32 element type, then per dimension int32 size, int32 lower bound (array_send).
        if (_rest.Length < 12)
            throw Malformed();
        int dimensions = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[12..];
        if (dimensions == 0)
            return;
        if (dimensions is < 0 or > 6 || _rest.Length < dimensions * 8)
            throw Malformed();
        if (dimensions != 1 || BinaryPrimitives.ReadInt32BigEndian(_rest[4..]) != 1)
            throw Shape();
        _remaining = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[8..];
        if (_remaining < 0 || _remaining > _rest.Length / 4)
            throw Malformed();
    }

    private ColumnValue NextBinary()
    {
        _remaining--;
        if (_rest.Length < 4)
            throw Malformed();
        int length = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[4..];
        if (length == -1)
            return new ColumnValue(ColumnFormat.Null, default);
        if (length < 0 || length > _rest.Length)
            throw Malformed();
        var element = new ColumnValue(ColumnFormat.Binary, _rest[..length]);
        _rest = _rest[length..];
        return element;
    }

    private ColumnValue NextText()
    {
        if (_rest.IsEmpty)
            throw Malformed();
        if (_rest[0] == '{')
            throw Shape();
        bool quoted = _rest[0] == '"';
        int at = quoted ? 1 : 0;
        int length = 0;
        while (true)
        {
            if (at >= _rest.Length)
            {
                if (quoted)
                    throw Malformed();
                break;
            }

            byte b = _rest[at];
            if (quoted ? b == '"' : b == ',')
                break;
            if (b == '\\')
            {
                if (++at >= _rest.Length)
                    throw Malformed();
                b = _rest[at];
            }

            _scratch[length++] = b;
            at++;
        }

        if (quoted)
            at++;
        if (at < _rest.Length)
        {
            if (_rest[at] != ',' || at + 1 == _rest.Length)
                throw Malformed();
            _rest = _rest[(at + 1)..];
        }
        else
        {
            _rest = default;
            _remaining = 0;
        }

        ReadOnlySpan<byte> text = _scratch[..length];
        if (!quoted && text.IsEmpty)
            throw Malformed();
        // Only the unquoted word is NULL; the text 'NULL' arrives quoted.
        return !quoted && text.SequenceEqual("NULL"u8) ? new ColumnValue(ColumnFormat.Null, default) : new ColumnValue(ColumnFormat.Text, text);
    }

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not an array");

    private readonly ColumnValueException Shape() =>
        ColumnValueException.OutOfDomain(_column, _value.IsBinary ? "an array" : ColumnValueException.TextOf(_value.Bytes), "has several dimensions or a lower bound other than 1");
}
