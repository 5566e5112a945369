using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// Reads a composite value, attribute by attribute, in either format: record_send's (int32 count, then per attribute uint32
/// type, int32 length or -1, bytes) or record_out's (<c>(a,"b ""c""",)</c>). Dropped attributes are in neither.
/// Generated code calls <see cref="Next"/> once per attribute of <see cref="ColumnInfo.Fields"/>, then <see cref="End"/>.
/// </summary>
public ref struct RecordReader : IDisposable
{
    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private ReadOnlySpan<byte> _rest;
    private byte[]? _scratch;
    private int _met;

    /// <exception cref="ColumnValueException">The value is absent, torn, or has other attributes than the committed catalog.</exception>
    public RecordReader(ColumnInfo column, ColumnValue value)
    {
        ArgumentNullException.ThrowIfNull(column);
        _column = column;
        _value = value;
        _rest = Wire.Present(column, value);
        if (value.IsBinary)
        {
            if (_rest.Length < 4)
                throw Malformed();
            int count = BinaryPrimitives.ReadInt32BigEndian(_rest);
            if (count != column.Fields.Count)
                throw count < 0 ? Malformed() : Altered(count);
            _rest = _rest[4..];
            return;
        }

        if (_rest.Length < 2 || _rest[0] != '(' || _rest[^1] != ')')
            throw Malformed();
        _rest = _rest[1..^1];
    }

    /// <summary>The next attribute, valid until the next call; in <see cref="ColumnFormat.Null"/> format for NULL.</summary>
    /// <exception cref="ColumnValueException">The value is torn, or has fewer attributes, or one of another type.</exception>
    public ColumnValue Next()
    {
        if (_met == _column.Fields.Count)
            throw new InvalidOperationException($"{_column} has {_met} attributes.");
        ColumnInfo field = _column.Fields[_met];
        ColumnValue value = _value.IsBinary ? NextBinary(field) : NextText();
        _met++;
        return value;
    }

    /// <summary>All attributes are read: nothing may be left.</summary>
    /// <exception cref="ColumnValueException">There are more.</exception>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw _value.IsBinary || _rest[0] != ',' ? Malformed() : Altered(CountText());
    }

    public void Dispose()
    {
        if (_scratch is { } scratch)
            ArrayPool<byte>.Shared.Return(scratch);
        _scratch = null;
    }

    private ColumnValue NextBinary(ColumnInfo field)
    {
        if (_rest.Length < 8)
            throw Malformed();
        uint type = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        int length = BinaryPrimitives.ReadInt32BigEndian(_rest[4..]);
        _rest = _rest[8..];
        if (field.TypeOid != 0 && type != 0 && type != field.TypeOid)
            throw ColumnValueException.Malformed(_column, _value, $"a composite whose attribute {field.Name} has the type OID {type}, not {field.TypeOid} ({field.PostgresType}): it was altered; run 'pipelinegen catalog pull'");
        if (length == -1)
            return new ColumnValue(ColumnFormat.Null, default);
        if (length < 0 || length > _rest.Length)
            throw Malformed();
        var value = new ColumnValue(ColumnFormat.Binary, _rest[..length]);
        _rest = _rest[length..];
        return value;
    }

    private ColumnValue NextText()
    {
        if (_met > 0)
        {
            if (_rest.IsEmpty)
                throw Altered(CountText());
            if (_rest[0] != ',')
                throw Malformed();
            _rest = _rest[1..];
        }

        if (!_rest.IsEmpty && _rest[0] == '"')
            return NextQuoted();
        int length = _rest.IndexOf((byte)',');
        ReadOnlySpan<byte> text = length < 0 ? _rest : _rest[..length];
        // What record_out always quotes; so that a torn quoted attribute isn't taken for plain ones.
        if (text.IndexOfAny("\"\\()"u8) >= 0)
            throw Malformed();
        _rest = _rest[text.Length..];
        return text.IsEmpty ? new ColumnValue(ColumnFormat.Null, default) : new ColumnValue(ColumnFormat.Text, text);
    }

    private ColumnValue NextQuoted()
    {
        int end = TextQuoting.ClosingQuote(_rest, doubled: true, out bool plain);
        if (end < 0)
            throw Malformed();
        ReadOnlySpan<byte> inside = _rest[1..end];
        _rest = _rest[(end + 1)..];
        if (plain)
            return new ColumnValue(ColumnFormat.Text, inside);
        _scratch ??= ArrayPool<byte>.Shared.Rent(_value.Bytes.Length);
        return new ColumnValue(ColumnFormat.Text, _scratch.AsSpan(0, TextQuoting.Unescape(inside, _scratch)));
    }

    /// <summary>The attributes of a text: one more than its commas outside quotes.</summary>
    private readonly int CountText()
    {
        int count = 1;
        bool quoted = false;
        ReadOnlySpan<byte> text = _value.Bytes;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == ',' && !quoted)
                count++;
        }

        return count;
    }

    private readonly ColumnValueException Altered(int count) => ColumnValueException.Malformed(
        _column, _value, $"a composite of {count} attributes, where the committed catalog has {_column.Fields.Count}: the type was altered; run 'pipelinegen catalog pull'");

    private readonly ColumnValueException Malformed() => ColumnValueException.Malformed(_column, _value, "not a composite");
}

/// <summary>Prints the attributes of a composite as record_out does, between the parentheses and commas that generated code writes.</summary>
public static class RecordText
{
    /// <summary>Nothing for NULL; quotes where Postgres quotes.</summary>
    public static void Field<TCodec>(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
        where TCodec : struct, IPgText
    {
        if (value.IsNull)
            return;
        int start = text.Length;
        TCodec.Print(column, value, ref text);
        TextQuoting.Field(ref text, start);
    }
}
