using System.Buffers;
using System.Buffers.Binary;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// Encodes changes into the tables' queues, and keeps one partial row a key there at most. A row that a policy rejects goes
/// into quarantine, and no version of it stays in its table.
/// </summary>
internal sealed class ChangeAppender(Quarantine quarantine)
{
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly LoadBuffer _scratch = new();
    private readonly RowKey _rowKey = new();

    /// <summary>Bytes appended since the caller has last added up what waits.</summary>
    public long Unmeasured { get; set; }

    public void Upsert(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, ColumnSet columns)
    {
        LoadQueue queue = sink.Queue;
        if (!columns.IsPartial)
        {
            if (Append(transaction, relation, message, slots, queue.Rows(columns), isDelete: false) is { } rejection)
            {
                Reject(sink, transaction, relation, message, slots, rejection);
                return;
            }

            Release(sink, transaction, relation, message, slots);
            NotePresent(relation, message, slots);
            if (queue.HasPartialRows)
                queue.Overtake(Key(relation, message, slots));
            return;
        }

        ReadOnlySpan<byte> key = Key(relation, message, slots);
        if (queue.FindPartial(key) is { } earlier && !columns.Covers(earlier.Columns))
        {
            // The earlier change brought a value that this one leaves out.
            _scratch.Clear();
            if (Append(transaction, relation, message, slots, _scratch, isDelete: false) is { } rejection)
            {
                Reject(sink, transaction, relation, message, slots, rejection);
                return;
            }

            ColumnSet own = columns;
            columns = relation.Lane.Union(own, earlier.Columns);
            PartialRowMerge.Append(_scratch.Row(_scratch.Last), queue.Read(earlier), earlier.Columns.Except(own), queue.Rows(columns));
            _scratch.Clear();
        }
        else if (Append(transaction, relation, message, slots, queue.Rows(columns), isDelete: false) is { } rejection)
        {
            Reject(sink, transaction, relation, message, slots, rejection);
            return;
        }

        if (columns.IsPartial)
            queue.SetPartial(key, columns);
        else
            queue.Overtake(key);
    }

    public void Delete(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        // Of a key that is rejected itself nothing is in the table.
        DeleteFromTarget(sink, transaction, relation, message, slots);
        Release(sink, transaction, relation, message, slots);
        NotePresent(relation, message, slots);
    }

    /// <summary>The row belongs into the target and can't be brought: the source had moved on when it was asked.</summary>
    public void NoteAbsent(RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots) =>
        relation.Lane.AbsentKeys.Add(Convert.ToHexString(Key(relation, message, slots)));

    /// <summary>Whether the target may have no version of the row that a partial update could build on.</summary>
    public bool MayLackBase(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots) =>
        (relation.Lane.AbsentKeys.Count > 0 && relation.Lane.AbsentKeys.Contains(Convert.ToHexString(Key(relation, message, slots)))) ||
        (sink.Quarantine is { IsWatching: true } watching && watching.MayLackBase(LocatedId(transaction, relation, message, slots)));

    private void NotePresent(RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        if (relation.Lane.AbsentKeys.Count > 0)
            relation.Lane.AbsentKeys.Remove(Convert.ToHexString(Key(relation, message, slots)));
    }

    /// <summary>Deletes carry fillers for every NOT NULL column, so they belong to loads of full rows.</summary>
    private void DeleteFromTarget(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        LoadQueue queue = sink.Queue;
        Append(transaction, relation, message, slots, queue.Rows(relation.Lane.FullColumns), isDelete: true);
        if (queue.HasPartialRows)
            queue.Overtake(Key(relation, message, slots));
    }

    private void Reject(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, RowRejection rejection)
    {
        TableLane lane = relation.Lane;
        if (sink.Quarantine is not { } table)
            throw new InvalidOperationException($"{rejection.Column} rejects a row, and no column of the layout has that policy");
        ReadOnlySpan<byte> key = [];
        QuarantineId id;
        if (lane.Appends is { } appends)
        {
            id = QuarantineId.OfEvent(quarantine.Pipeline, lane.Layout.FullName, appends.Taken);
            table.Open(id, rejection.Column);
        }
        else
        {
            try
            {
                key = _rowKey.Read(lane.Codec, new TupleReader(message, slots));
            }
            catch (ColumnValueException error)
            {
                throw Locate(transaction, relation, message, slots, error);
            }

            id = Id(relation, key);
            table.Open(id, rejection.Column);
            // An older version must not stay.
            DeleteFromTarget(sink, transaction, relation, message, slots);
        }

        LoadBuffer rows = sink.Queue.Quarantine;
        long before = rows.Length;
        quarantine.WriteRow(rows, id, lane.Layout.FullName, key, rejection, transaction);
        sink.Queue.LastIsRejected();
        Unmeasured += rows.Length - before;
        quarantine.Notice(lane.Layout, rejection.Column.Name, rejection.Reason, 1);
    }

    /// <summary>The row is good, or deleted: if it is in quarantine, it leaves.</summary>
    private void Release(ChangeSink sink, in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        if (sink.Quarantine is not { IsWatching: true } table || relation.Lane.Appends is not null)
            return;
        QuarantineId id = LocatedId(transaction, relation, message, slots);
        if (!table.Close(id))
            return;
        LoadBuffer rows = sink.Queue.Quarantine;
        long before = rows.Length;
        Quarantine.WriteDelete(rows, id);
        Unmeasured += rows.Length - before;
    }

    /// <returns>Why nothing was appended.</returns>
    private RowRejection? Append(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, LoadBuffer rows, bool isDelete)
    {
        long before = rows.Length;
        RowRejection? rejection;
        try
        {
            var tuple = new TupleReader(message, slots);
            rejection = isDelete ? relation.Lane.Codec.AppendDelete(tuple, rows) : relation.Lane.Codec.AppendUpsert(tuple, rows);
        }
        catch (ColumnValueException error)
        {
            throw Locate(transaction, relation, message, slots, error);
        }

        Unmeasured += rows.Length - before;
        return rejection;
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

    /// <exception cref="ColumnValueException">A key value that is torn; says which row and transaction.</exception>
    private QuarantineId LocatedId(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        try
        {
            return Id(relation, _rowKey.Read(relation.Lane.Codec, new TupleReader(message, slots)));
        }
        catch (ColumnValueException error)
        {
            throw Locate(transaction, relation, message, slots, error);
        }
    }

    private QuarantineId Id(RelationBinding relation, ReadOnlySpan<byte> key) => QuarantineId.OfKey(quarantine.Pipeline, relation.Lane.Layout.FullName, key);

    /// <summary>Adds the row's key and the transaction to what the codec said.</summary>
    private static ColumnValueException Locate(in ReceivedTransaction transaction, RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots, ColumnValueException error) =>
        error.At($"row {RowKey.Describe(relation.Lane, new TupleReader(message, slots))}, transaction {transaction.Xid} committed at {transaction.CommitLsn}");
}
