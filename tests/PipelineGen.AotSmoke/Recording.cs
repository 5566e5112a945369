using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.AotSmoke;

/// <summary>What pgoutput sent of rows.sql, one message a line in hex, and each table's changes of it.</summary>
internal sealed class Recording
{
    private readonly List<(TableCodec Table, byte[] Message, ColumnSlot[] Slots)> _changes = [];

    private Recording(string name) => Name = name;

    public string Name { get; }

    /// <exception cref="InvalidDataException">A message that the recordings don't have.</exception>
    public static Recording Read(string name, PipelineDefinition pipeline)
    {
        var recording = new Recording(name);
        var tables = new Dictionary<uint, (TableCodec Codec, short[] Targets)>();
        foreach (string line in Embedded.Lines(name))
        {
            byte[] message = Convert.FromHexString(line);
            switch ((PgOutputMessageType)message[0])
            {
                case PgOutputMessageType.Relation:
                    RelationMessage relation = RelationMessage.Read(message);
                    TableCodec codec = pipeline.Tables.Single(t => t.Layout.FullName == $"{relation.Schema}.{relation.Name}");
                    tables[relation.Oid] = (codec, [.. relation.Columns.Select(c => Target(codec.Layout, c.Name))]);
                    break;
                case PgOutputMessageType.Insert or PgOutputMessageType.Update or PgOutputMessageType.Delete:
                    recording.Add(message, tables);
                    break;
                case PgOutputMessageType.Begin or PgOutputMessageType.Type or PgOutputMessageType.Commit:
                    break;
                default:
                    throw new InvalidDataException($"{name}: a message of type '{(char)message[0]}'");
            }
        }

        return recording;
    }

    /// <summary>The table's changes as one Stream Load body.</summary>
    public string Encode(TableCodec table)
    {
        using var buffer = new LoadBuffer();
        foreach ((TableCodec of, byte[] message, ColumnSlot[] slots) in _changes)
        {
            if (of != table)
                continue;
            var tuple = new TupleReader(message, slots);
            if (message[0] == (byte)PgOutputMessageType.Delete)
                of.AppendDelete(tuple, buffer);
            else
                of.AppendUpsert(tuple, buffer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The table's first changes as row objects, one for each insert.</summary>
    public IReadOnlyList<TRow> Materialise<TRow>()
        where TRow : IRow<TRow>
    {
        var rows = new List<TRow>();
        foreach ((TableCodec table, byte[] message, ColumnSlot[] slots) in _changes)
        {
            if (table == TableCodec.For<TRow>() && message[0] == (byte)PgOutputMessageType.Insert)
                rows.Add(TRow.Decode(new TupleReader(message, slots)));
        }

        return rows;
    }

    private static short Target(TableLayout layout, string column)
    {
        for (short i = 0; i < layout.Columns.Count; i++)
        {
            if (layout.Columns[i].Name == column)
                return i;
        }

        return PgOutputTuple.NotCarried;
    }

    private void Add(byte[] message, Dictionary<uint, (TableCodec Codec, short[] Targets)> tables)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        (TableCodec codec, short[] targets) = tables[reader.UInt32()];
        // 'N' a new tuple, 'K' the key of a deleted one; the recordings have no update that changes a key.
        byte kind = reader.Byte();
        if (kind is not ((byte)'N' or (byte)'K'))
            throw new InvalidDataException($"{Name}: a tuple of kind '{(char)kind}'");
        var slots = new ColumnSlot[codec.Layout.Columns.Count];
        PgOutputTuple.Read(ref reader, targets, slots);
        _changes.Add((codec, message, slots));
    }
}
