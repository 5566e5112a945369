using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PipelineGen.Rows;

/// <summary>What <see cref="ArrayReader"/> meets next.</summary>
internal enum ArrayToken
{
    /// <summary>A dimension begins.</summary>
    Open,

    /// <summary>A dimension ends.</summary>
    Close,

    /// <summary>An element, perhaps NULL.</summary>
    Element,

    /// <summary>The array is over, and nothing stands behind it.</summary>
    End,
}

/// <summary>
/// Walks an array in either format: array_send's (int32 dimensions, int32 has-nulls, uint32 element type, per dimension int32
/// size and int32 lower bound, then int32 length or -1 and bytes per element) or array_out's.
/// </summary>
internal ref struct ArrayReader : IDisposable
{
    /// <summary>MAXDIM of PostgreSQL's array.h.</summary>
    private const int MaxDimensions = 6;

    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private readonly byte _delimiter;
    private PerDimension _sizes;
    private PerDimension _lowerBounds;
    private PerDimension _met;
    private ReadOnlySpan<byte> _rest;
    private byte[]? _scratch;
    private int _depth;
    private bool _started;

    public ArrayReader(ColumnInfo column, ColumnValue value)
    {
        _column = column;
        _value = value;
        _delimiter = ElementOf(column).Delimiter;
        _rest = Wire.Present(column, value);
        if (value.IsBinary)
            ReadHeader();
        else
            ReadBounds();
    }

    /// <summary>0 for an empty array.</summary>
    public int Dimensions { get; private set; }

    /// <summary>Whether a dimension starts elsewhere than at 1.</summary>
    public bool HasOtherLowerBounds { get; private set; }

    /// <summary>Whether the <see cref="ArrayToken.Open"/> or <see cref="ArrayToken.Element"/> just met is the first in its dimension.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>Elements of the first dimension where they are known before they are met, else 0.</summary>
    public readonly int Capacity => Math.Max(_sizes[0], 0);

    /// <summary>The description of the elements; code of before nested descriptions has only the array's.</summary>
    public static ColumnInfo ElementOf(ColumnInfo column) => column.Element ?? column;

    public readonly (int Lower, long Upper) Bounds(int dimension) => (_lowerBounds[dimension], (long)_lowerBounds[dimension] + _sizes[dimension] - 1);

    public ArrayToken Next(out ColumnValue element)
    {
        element = default;
        if (!_started)
        {
            _started = true;
            IsFirst = true;
            return Open();
        }

        if (_depth == 0)
            return _rest.IsEmpty ? ArrayToken.End : throw Malformed();
        int dimension = _depth - 1;
        if (_value.IsBinary ? _met[dimension] == _sizes[dimension] : TryClose(dimension))
        {
            _depth--;
            return ArrayToken.Close;
        }

        IsFirst = _met[dimension]++ == 0;
        if (_depth < Dimensions)
            return Open();
        element = _value.IsBinary ? BinaryElement() : TextElement();
        return ArrayToken.Element;
    }

    /// <summary>Walks what is left, for its errors.</summary>
    public void Finish()
    {
        while (Next(out _) != ArrayToken.End)
        {
        }
    }

    public void Dispose()
    {
        if (_scratch is { } scratch)
            ArrayPool<byte>.Shared.Return(scratch);
        _scratch = null;
    }

    private void ReadHeader()
    {
        if (_rest.Length < 12)
            throw Malformed();
        int dimensions = BinaryPrimitives.ReadInt32BigEndian(_rest);
        uint elementOid = BinaryPrimitives.ReadUInt32BigEndian(_rest[8..]);
        if (dimensions is < 0 or > MaxDimensions || _rest.Length < 12 + (dimensions * 8) || BinaryPrimitives.ReadUInt32BigEndian(_rest[4..]) > 1)
            throw Malformed();
        if (_column.Element is { TypeOid: > 0 } element && elementOid != 0 && elementOid != element.TypeOid)
            throw ColumnValueException.Malformed(_column, _value, $"an array whose elements have the type OID {elementOid}, not {element.TypeOid} ({element.PostgresType})");
        _rest = _rest[12..];
        Dimensions = dimensions;
        long elements = 1;
        // Each element has a length of four bytes at least.
        int room = (_rest.Length - (dimensions * 8)) / 4;
        for (int i = 0; i < dimensions; i++)
        {
            _sizes[i] = BinaryPrimitives.ReadInt32BigEndian(_rest);
            _lowerBounds[i] = BinaryPrimitives.ReadInt32BigEndian(_rest[4..]);
            _rest = _rest[8..];
            HasOtherLowerBounds |= _lowerBounds[i] != 1;
            // Checked in each dimension, so that the product can't overflow.
            if (_sizes[i] < 1 || Bounds(i).Upper > int.MaxValue || (elements *= _sizes[i]) > room)
                throw Malformed();
        }
    }

    /// <summary>Reads <c>[0:1][1:2]=</c>, and counts the braces that follow: Postgres prints no element that begins with one unquoted.</summary>
    private void ReadBounds()
    {
        int decorated = 0;
        while (!_rest.IsEmpty && _rest[0] == '[')
        {
            if (decorated == MaxDimensions || !TryBounds(out _lowerBounds[decorated], out _sizes[decorated]))
                throw Malformed();
            HasOtherLowerBounds |= _lowerBounds[decorated] != 1;
            decorated++;
        }

        if (decorated > 0)
        {
            // Bounds that are all 1 are not printed.
            if (_rest.IsEmpty || _rest[0] != '=' || !HasOtherLowerBounds)
                throw Malformed();
            _rest = _rest[1..];
        }

        int braces = _rest.IndexOfAnyExcept((byte)'{');
        Dimensions = _rest.SequenceEqual("{}"u8) ? 0 : braces;
        if (braces is < 1 or > MaxDimensions || (decorated > 0 && decorated != Dimensions))
            throw Malformed();
        for (int i = decorated; i < Dimensions; i++)
            (_lowerBounds[i], _sizes[i]) = (1, -1);
    }

    private bool TryBounds(out int lower, out int size)
    {
        size = 0;
        if (!TryInteger(_rest[1..], out lower, out int read) || _rest.Length <= read + 1 || _rest[read + 1] != ':')
            return false;
        _rest = _rest[(read + 2)..];
        if (!TryInteger(_rest, out int upper, out read) || _rest.Length <= read || _rest[read] != ']' || upper < lower || (long)upper - lower >= int.MaxValue)
            return false;
        size = upper - lower + 1;
        _rest = _rest[(read + 1)..];
        return true;
    }

    private static bool TryInteger(ReadOnlySpan<byte> text, out int number, out int read) => System.Buffers.Text.Utf8Parser.TryParse(text, out number, out read);

    private ArrayToken Open()
    {
        if (!_value.IsBinary)
        {
            if (_rest.IsEmpty || _rest[0] != '{')
                throw Malformed();
            _rest = _rest[1..];
        }

        _met[_depth++] = 0;
        return ArrayToken.Open;
    }

    /// <summary>Takes a closing brace, or else the delimiter that stands before the next element.</summary>
    private bool TryClose(int dimension)
    {
        if (_rest.IsEmpty)
            throw Malformed();
        int met = _met[dimension];
        if (_rest[0] == '}')
        {
            // Only the empty array has an empty dimension, and every part of a dimension has as many elements as the first.
            if ((met == 0 && Dimensions > 0) || (Dimensions > 0 && _sizes[dimension] >= 0 && met != _sizes[dimension]))
                throw Malformed();
            _sizes[dimension] = met;
            _rest = _rest[1..];
            return true;
        }

        if (met > 0)
        {
            if (_rest[0] != _delimiter || met == _sizes[dimension])
                throw Malformed();
            _rest = _rest[1..];
        }

        return false;
    }

    private ColumnValue BinaryElement()
    {
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

    private ColumnValue TextElement()
    {
        if (!_rest.IsEmpty && _rest[0] == '"')
            return QuotedElement();
        int length = _rest.IndexOfAny(_delimiter, (byte)'}');
        if (length < 1)
            throw Malformed();
        ReadOnlySpan<byte> text = _rest[..length];
        // What array_out always quotes; so that a torn quoted element isn't taken for plain ones.
        if (text.ContainsAny((byte)'"', (byte)'\\', (byte)'{'))
            throw Malformed();
        _rest = _rest[length..];
        // Only the unquoted word is NULL; the text 'NULL' arrives quoted.
        return text.SequenceEqual("NULL"u8) ? new ColumnValue(ColumnFormat.Null, default) : new ColumnValue(ColumnFormat.Text, text);
    }

    private ColumnValue QuotedElement()
    {
        int end = TextQuoting.ClosingQuote(_rest, doubled: false, out bool plain);
        if (end < 0)
            throw Malformed();
        ReadOnlySpan<byte> inside = _rest[1..end];
        _rest = _rest[(end + 1)..];
        if (plain)
            return new ColumnValue(ColumnFormat.Text, inside);
        _scratch ??= ArrayPool<byte>.Shared.Rent(_value.Bytes.Length);
        return new ColumnValue(ColumnFormat.Text, _scratch.AsSpan(0, TextQuoting.Unescape(inside, _scratch)));
    }

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not an array");

    [InlineArray(MaxDimensions)]
    private struct PerDimension
    {
        private int _first;
    }
}
