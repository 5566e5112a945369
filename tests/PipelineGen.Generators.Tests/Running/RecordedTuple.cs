using System.Buffers.Binary;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Generators.Tests.Running;

/// <summary>A tuple's bytes and slots, as a reader of pgoutput or COPY hands them to generated code.</summary>
internal sealed class RecordedTuple
{
    private readonly List<byte> _bytes = [0xEE, 0xEE];
    private readonly List<ColumnSlot> _slots = [];

    public byte[] Message => [.. _bytes];

    public ColumnSlot[] Slots => [.. _slots];

    public TupleReader Reader => new(Message, Slots);

    public RecordedTuple Null() => Add(ColumnFormat.Null, []);

    public RecordedTuple Unchanged() => Add(ColumnFormat.UnchangedToast, []);

    public RecordedTuple Text(string text) => Add(ColumnFormat.Text, Encoding.UTF8.GetBytes(text));

    public RecordedTuple Binary(params byte[] bytes) => Add(ColumnFormat.Binary, bytes);

    public RecordedTuple Int8(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Binary(bytes);
    }

    private RecordedTuple Add(ColumnFormat format, byte[] bytes)
    {
        _slots.Add(new ColumnSlot { Offset = _bytes.Count, Length = bytes.Length, Format = format });
        _bytes.AddRange(bytes);
        return this;
    }
}
