using System.Buffers.Binary;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Benchmarks;

/// <summary>The bytes that Postgres sent of schema.sql's row, and the slots that its columns are put into.</summary>
internal sealed class RecordedRow
{
    /// <summary>Insert message: type byte, relation OID, 'N'.</summary>
    private const int TupleOffset = 6;

    private static readonly short[] InOrder = [.. Enumerable.Range(0, Layout.Columns.Count).Select(static i => (short)i)];

    private readonly byte[] _bytes;
    private readonly ColumnSlot[] _slots = new ColumnSlot[Layout.Columns.Count];
    private readonly bool _isCopy;

    private RecordedRow(string resource, bool isCopy)
    {
        using Stream stream = typeof(RecordedRow).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        _bytes = Convert.FromHexString(reader.ReadToEnd().Trim());
        _isCopy = isCopy;
        Read();
    }

    public static TableLayout Layout => TableCodec.For<Order>().Layout;

    public int ColumnBytes => _slots.Sum(static s => s.Length);

    public static RecordedRow Insert() => new("insert.hex", isCopy: false);

    public static RecordedRow InsertAsText() => new("insert-text.hex", isCopy: false);

    public static RecordedRow Copy() => new("copy-row.hex", isCopy: true);

    /// <summary>Finds the columns; what a session does first with each change.</summary>
    public TupleReader Read()
    {
        if (_isCopy)
            ReadCopyRow();
        else
            ReadTuple();
        return new TupleReader(_bytes, _slots);
    }

    private void ReadTuple()
    {
        var reader = new WireReader(_bytes);
        reader.Skip(TupleOffset);
        PgOutputTuple.Read(ref reader, InOrder, _slots);
    }

    /// <summary>The framing that ChunkReader reads: int16 count, then per column int32 length, -1 for NULL, and the bytes.</summary>
    private void ReadCopyRow()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        if (BinaryPrimitives.ReadInt16BigEndian(bytes) != _slots.Length)
            throw new InvalidDataException("not a COPY row of this table");
        int at = 2;
        for (int i = 0; i < _slots.Length; i++)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            _slots[i] = length < 0
                ? new ColumnSlot { Format = ColumnFormat.Null }
                : new ColumnSlot { Offset = at, Length = length, Format = ColumnFormat.Binary };
            at += Math.Max(length, 0);
        }
    }
}
