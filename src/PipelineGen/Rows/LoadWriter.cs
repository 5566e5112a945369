using System.Buffers;
using System.Runtime.CompilerServices;

namespace PipelineGen.Rows;

/// <summary>
/// Writes one row into a <see cref="LoadBuffer"/> by span writing. Until <see cref="Commit"/> nothing of the row counts:
/// an encoder that throws leaves the buffer as it was.
/// </summary>
public ref struct LoadWriter
{
    /// <summary>What JSON strings must escape (RFC 8259, section 7): control characters, quote, backslash.</summary>
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        (byte)'"', (byte)'\\',
    ]);

    private readonly LoadBuffer _buffer;
    private Span<byte> _span;
    private int _position;
    private RowRejection? _rejection;

    public LoadWriter(LoadBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _buffer = buffer;
        _span = buffer.Free;
    }

    /// <summary>At least <paramref name="size"/> bytes to write into, then <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (_span.Length - _position < size)
            Grow(size);
        return _span[_position..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => _position += count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _position += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(byte value)
    {
        Reserve(1)[0] = value;
        _position++;
    }

    /// <summary>
    /// Writes one column: its name with what precedes it (<c>{"id":</c>, <c>,"note":</c>) and its value; nothing at all
    /// when the column is unchanged TOAST.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Column<TCodec>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> name)
        where TCodec : struct, IColumnEncoder
    {
        if (value.Format >= ColumnFormat.Text)
        {
            Raw(name);
            TCodec.Encode(column, value, ref this);
        }
        else if (value.Format == ColumnFormat.Null)
        {
            Raw(name);
            Raw("null"u8);
        }
    }

    /// <summary>Writes a key column, which every change carries.</summary>
    /// <exception cref="ColumnValueException">The change doesn't carry it: the replica identity does not cover the key.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeyColumn<TCodec>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> name)
        where TCodec : struct, IColumnEncoder
    {
        if (value.Format < ColumnFormat.Text)
            ThrowMissingKey(column);
        Raw(name);
        TCodec.Encode(column, value, ref this);
    }

    /// <summary>Writes one attribute of a composite value: its name with what precedes it (<c>{"zip":</c>, <c>,"street":</c>), and its value or null.</summary>
    public void Field<TCodec>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> name)
        where TCodec : struct, IColumnEncoder
    {
        Raw(name);
        if (value.IsNull)
            Raw("null"u8);
        else
            TCodec.Encode(column, value, ref this);
    }

    /// <summary>Writes UTF-8 text as a JSON string; runs without anything to escape are copied whole.</summary>
    public void String(scoped ReadOnlySpan<byte> utf8)
    {
        // Room for the text and its quotes; each escape found below asks for its own.
        Span<byte> free = Reserve(utf8.Length + 2);
        free[0] = (byte)'"';
        int plain = utf8.IndexOfAny(Escaped);
        if (plain < 0)
        {
            utf8.CopyTo(free[1..]);
            free[utf8.Length + 1] = (byte)'"';
            _position += utf8.Length + 2;
            return;
        }

        _position++;
        while (plain >= 0)
        {
            Raw(utf8[..plain]);
            Escape(utf8[plain]);
            utf8 = utf8[(plain + 1)..];
            plain = utf8.IndexOfAny(Escaped);
        }

        Raw(utf8);
        Raw((byte)'"');
    }

    /// <summary>Whether a rejected value is written as the text that Postgres prints, and the row is for reading only.</summary>
    internal bool PrintsRejected { get; init; }

    /// <summary>Why the row stays out of its table; null for one that can be committed.</summary>
    public readonly RowRejection? Rejection => _rejection;

    /// <summary>The row holds a value that its target can't, and a policy that keeps such rows out; the first reason counts.</summary>
    public void Reject(ColumnInfo column, string value, string reason) => _rejection ??= new RowRejection(column, value, reason);

    /// <summary>Ends the row: from here on it is part of the buffer.</summary>
    /// <exception cref="InvalidOperationException">The row is rejected.</exception>
    public void Commit()
    {
        if (_rejection is not null && !PrintsRejected)
            throw new InvalidOperationException("A rejected row can't be committed.");
        _buffer.Commit(_position);
        _span = _buffer.Free;
        _position = 0;
    }

    private static void ThrowMissingKey(ColumnInfo column) =>
        throw ColumnValueException.Missing(column, "the change carries no value for this key column. The table's replica identity must cover the " +
            "StarRocks key: ALTER TABLE ... REPLICA IDENTITY DEFAULT (primary key), USING INDEX, or FULL");

    private void Escape(byte value)
    {
        Span<byte> free = Reserve(6);
        free[0] = (byte)'\\';
        byte letter = value switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => 0,
        };
        if (letter != 0)
        {
            free[1] = letter;
            _position += 2;
            return;
        }

        "u00"u8.CopyTo(free[1..]);
        free[4] = (byte)('0' + (value >> 4));
        free[5] = "0123456789abcdef"u8[value & 15];
        _position += 6;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size) => _span = _buffer.Grow(_span[.._position], size);
}
