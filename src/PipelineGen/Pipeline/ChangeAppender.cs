using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>Encodes changes into the tables' queues, and keeps one partial row a key there at most.</summary>
internal sealed class ChangeAppender
{
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly LoadBuffer _scratch = new();

    /// <summary>Bytes appended since the caller has last added up what waits.</summary>
    public long Unmeasured { get; set; }

    public void Upsert(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, ColumnSet columns)
    {
        LoadQueue queue = relation.Lane.Queue;
        if (!columns.IsPartial)
        {
            Append(transaction, relation, message, slots, queue.Rows(columns), isDelete: false);
            if (queue.HasPartialRows)
                queue.Overtake(Key(relation, message, slots));
            return;
        }

        ReadOnlySpan<byte> key = Key(relation, message, slots);
        if (queue.FindPartial(key) is { } earlier && !columns.Covers(earlier.Columns))
        {
            // The earlier change brought a value that this one leaves out.
            _scratch.Clear();
            Append(transaction, relation, message, slots, _scratch, isDelete: false);
            ColumnSet own = columns;
            columns = relation.Lane.Union(own, earlier.Columns);
            PartialRowMerge.Append(_scratch.Row(_scratch.Last), queue.Read(earlier), earlier.Columns.Except(own), queue.Rows(columns));
            _scratch.Clear();
        }
        else
        {
            Append(transaction, relation, message, slots, queue.Rows(columns), isDelete: false);
        }

        if (columns.IsPartial)
            queue.SetPartial(key, columns);
        else
            queue.Overtake(key);
    }

    public void Delete(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        // Deletes carry fillers for every NOT NULL column, so they belong to loads of full rows.
        LoadQueue queue = relation.Lane.Queue;
        Append(transaction, relation, message, slots, queue.Rows(relation.Lane.FullColumns), isDelete: true);
        if (queue.HasPartialRows)
            queue.Overtake(Key(relation, message, slots));
    }

    private void Append(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, LoadBuffer rows, bool isDelete)
    {
        long before = rows.Length;
        try
        {
            var tuple = new TupleReader(message, slots);
            if (isDelete)
                relation.Lane.Codec.AppendDelete(tuple, rows);
            else
                relation.Lane.Codec.AppendUpsert(tuple, rows);
        }
        catch (ColumnValueException error)
        {
            throw Locate(transaction, relation, message, slots, error);
        }

        Unmeasured += rows.Length - before;
    }

    /// <summary>The key's bytes. Keys of one relation come in one format throughout a session, so equal keys are equal bytes.</summary>
    private ReadOnlySpan<byte> Key(RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        _key.ResetWrittenCount();
        foreach (int part in relation.Lane.Layout.Key)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_key.GetSpan(sizeof(int)), slots[part].Length);
            _key.Advance(sizeof(int));
            _key.Write(message.Slice(slots[part].Offset, slots[part].Length));
        }

        return _key.WrittenSpan;
    }

    /// <summary>Adds the row's key and the transaction to what the codec said.</summary>
    private static ColumnValueException Locate(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, ColumnValueException error) =>
        error.At($"row {RowKey.Describe(relation.Lane, new TupleReader(message, slots))}, transaction {transaction.Xid} committed at {transaction.CommitLsn}");
}

/// <summary>A row's key for messages.</summary>
internal static class RowKey
{
    public static string Describe(TableLane lane, TupleReader tuple)
    {
        if (lane.Appends is not null)
            return "of an append table";
        using var scratch = new LoadBuffer();
        try
        {
            lane.Codec.AppendDelete(tuple, scratch);
            return Encoding.UTF8.GetString(scratch.ToArray()).TrimEnd('\n');
        }
        catch (ColumnValueException)
        {
            return "with a key that can't be written either";
        }
    }
}
