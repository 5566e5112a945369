namespace PipelineGen.Rows;

/// <summary>How a column's bytes arrived: the kind byte of pgoutput's TupleData, or a COPY field.</summary>
public enum ColumnFormat : byte
{
    /// <summary>SQL NULL ('n', or a COPY length of -1).</summary>
    Null,

    /// <summary>A TOASTed value that the UPDATE did not change ('u'): absent, never NULL.</summary>
    UnchangedToast,

    /// <summary>The type's text output ('t').</summary>
    Text,

    /// <summary>The type's send format ('b', and every COPY (FORMAT BINARY) field).</summary>
    Binary,
}

/// <summary>Where one column lies in the bytes of its tuple.</summary>
public struct ColumnSlot
{
    public int Offset;
    public int Length;
    public ColumnFormat Format;
}

/// <summary>One column's bytes, valid while the message that they lie in is.</summary>
public readonly ref struct ColumnValue(ColumnFormat format, ReadOnlySpan<byte> bytes)
{
    public ColumnFormat Format { get; } = format;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public bool IsNull => Format == ColumnFormat.Null;

    public bool IsUnchanged => Format == ColumnFormat.UnchangedToast;

    public bool IsBinary => Format == ColumnFormat.Binary;
}

/// <summary>
/// One tuple of a change or of a COPY chunk, seen in the order of the compiled columns whatever order the wire had:
/// the reader of the message has put every column into its compiled slot.
/// </summary>
public readonly ref struct TupleReader(ReadOnlySpan<byte> message, ReadOnlySpan<ColumnSlot> slots)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly ReadOnlySpan<ColumnSlot> _slots = slots;

    public int Count => _slots.Length;

    public ColumnValue this[int column]
    {
        get
        {
            ref readonly ColumnSlot slot = ref _slots[column];
            return new ColumnValue(slot.Format, _message.Slice(slot.Offset, slot.Length));
        }
    }

    public bool IsNull(int column) => _slots[column].Format == ColumnFormat.Null;

    /// <summary>Whether the column is absent because it is TOASTed and unchanged.</summary>
    public bool IsUnchanged(int column) => _slots[column].Format == ColumnFormat.UnchangedToast;
}
