using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>Why <see cref="ChangeApplier.Apply"/> returned.</summary>
internal enum ApplyStop
{
    /// <summary>Every message of the batch is applied.</summary>
    BatchEnd,

    /// <summary>A transaction has just ended, and the caller asked to be told.</summary>
    TransactionEnd,

    /// <summary>The row at hand needs values from the source: <see cref="ChangeApplier.PointRead"/>.</summary>
    PointRead,

    /// <summary>So much waits that it must be loaded in the middle of a transaction.</summary>
    Full,

    /// <summary>A TRUNCATE waits for its table's copy; the same message is then applied again.</summary>
    TableBusy,
}

/// <summary>
/// Applies pgoutput messages to the tables' queues: synchronous parsing of spans, no allocation a row. Called under
/// <see cref="PipelineState.Gate"/>.
/// </summary>
internal sealed class ChangeApplier
{
    /// <summary>Waiting bytes are added up again after so many appended ones; adding up at each row would cost as much as the row.</summary>
    private const long MeasureEvery = 256 * 1024;

    private readonly PipelineState _state;
    private readonly long _hardLimit;
    private readonly XidEpoch _epoch;
    private readonly Dictionary<uint, RelationBinding?> _relations = [];
    private readonly Lsn _resumeAt;
    private readonly Action<RelationBinding> _onRelation;
    private ReceivedTransaction _transaction;
    private bool _skipping;
    private long _serial;
    private SuppliedRow? _supplied;
    private readonly ChangeAppender _rows;

    /// <param name="resumeAt">The checkpoint: transactions that committed below it are in the target already (POSTGRES.md 3.1).</param>
    /// <param name="firstSerial">Above every serial of an earlier session, so that no decision of it is taken for one of ours.</param>
    public ChangeApplier(PipelineState state, long hardLimit, XidEpoch epoch, Lsn resumeAt, long firstSerial, Action<RelationBinding> onRelation)
    {
        _state = state;
        _hardLimit = hardLimit;
        _epoch = epoch;
        _resumeAt = resumeAt;
        _serial = firstSerial;
        _onRelation = onRelation;
        _rows = new ChangeAppender(state.Quarantine);
        TransactionEnd = resumeAt;
    }

    public bool InTransaction { get; private set; }

    /// <summary>The end of the last transaction that was received whole: the only LSN that may become a checkpoint (F1).</summary>
    public Lsn TransactionEnd { get; private set; }

    public long LastSerial => _serial;

    /// <summary>What the stopped row needs; set when <see cref="Apply"/> returned <see cref="ApplyStop.PointRead"/>.</summary>
    public PointRead? PointRead { get; private set; }

    /// <summary>Applies messages from <paramref name="next"/> on; afterwards it is the first one that was not applied.</summary>
    /// <exception cref="SchemaDriftException">A RELATION that the build does not match.</exception>
    /// <exception cref="ColumnValueException">A value that can't be carried.</exception>
    /// <exception cref="PgOutputException">Bytes that are no pgoutput.</exception>
    public ApplyStop Apply(WalBatch batch, ref int next, bool stopAtTransactionEnd)
    {
        while (next < batch.Count)
        {
            ReadOnlySpan<byte> message = batch[next];
            bool ended = false;
            if (message.IsEmpty)
                throw new PgOutputException("an empty message");
            switch ((PgOutputMessageType)message[0])
            {
                case PgOutputMessageType.Insert when !_skipping:
                    ApplyInsert(message);
                    break;
                case PgOutputMessageType.Update when !_skipping:
                    if (!ApplyUpdate(message))
                        return ApplyStop.PointRead;
                    break;
                case PgOutputMessageType.Delete when !_skipping:
                    ApplyDelete(message);
                    break;
                case PgOutputMessageType.Truncate when !_skipping:
                    if (!ApplyTruncate(message))
                        return ApplyStop.TableBusy;
                    break;
                case PgOutputMessageType.Begin:
                    Begin(BeginMessage.Read(message));
                    break;
                case PgOutputMessageType.Commit:
                    ended = Commit(CommitMessage.Read(message));
                    break;
                case PgOutputMessageType.Relation:
                    // Also inside a transaction that is skipped: it is sent once a session.
                    Bind(RelationMessage.Read(message));
                    break;
                case PgOutputMessageType.Insert or PgOutputMessageType.Update or PgOutputMessageType.Delete or PgOutputMessageType.Truncate:
                case PgOutputMessageType.Type or PgOutputMessageType.Origin or PgOutputMessageType.Message:
                    break;
                default:
                    throw new PgOutputException($"a message of unknown type {message[0]}");
            }

            next++;
            if (ended && stopAtTransactionEnd)
                return ApplyStop.TransactionEnd;
            if (_rows.Unmeasured >= MeasureEvery)
            {
                _rows.Unmeasured = 0;
                if (_state.WaitingBytes >= _hardLimit)
                    return InTransaction ? ApplyStop.Full : ApplyStop.TransactionEnd;
            }
        }

        return ApplyStop.BatchEnd;
    }

    /// <summary>Gives the row that stopped <see cref="Apply"/> its missing values; the same message is then applied again.</summary>
    public void Supply(SuppliedRow row)
    {
        _supplied = row;
        PointRead = null;
    }

    private void Begin(BeginMessage begin)
    {
        if (InTransaction)
            throw new PgOutputException($"a transaction begins at {begin.FinalLsn} inside another");
        InTransaction = true;
        // After a reconnect the server starts at or before the checkpoint; what ended there is done.
        _skipping = begin.FinalLsn < _resumeAt;
        _transaction = new ReceivedTransaction(++_serial, _epoch.Widen(begin.Xid), begin.FinalLsn, TransactionEnd);
    }

    private bool Commit(CommitMessage commit)
    {
        if (!InTransaction)
            throw new PgOutputException($"a commit at {commit.CommitLsn} without its begin");
        InTransaction = false;
        if (_skipping)
        {
            _skipping = false;
            return false;
        }

        TransactionEnd = commit.EndLsn;
        _state.TransactionsApplied++;
        return true;
    }

    private void Bind(RelationMessage relation)
    {
        TableLane? lane = _state.Lanes.FirstOrDefault(l => l.Layout.Schema == relation.Schema && l.Layout.Name == relation.Name);
        // A publication follows a table that is renamed, and not a new one of its name.
        TableLane? sameTable = _state.Lanes.FirstOrDefault(l => l.SourceOid == relation.Oid);
        if (lane != sameTable)
        {
            throw new SchemaDriftException(
                $"the stream brings {relation.Schema}.{relation.Name} with OID {relation.Oid}, and at the start {(sameTable is null ? $"that table had OID {lane!.SourceOid}" : $"that OID was {sameTable.Layout.FullName}")}: " +
                "the table was renamed, moved or made anew. Pull the catalog, rebuild, and copy the table again");
        }

        RelationBinding? binding = lane is null ? null : RelationBinding.Bind(lane, relation);
        _relations[relation.Oid] = binding;
        if (binding is not null)
            _onRelation(binding);
    }

    private void ApplyInsert(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        if (Relation(reader.UInt32()) is not { } relation)
            return;
        ExpectNew(ref reader);
        PgOutputTuple.Read(ref reader, relation.Targets, relation.NewSlots);
        if (Decide(relation, message, relation.NewSlots) is not { } sink || relation.Lane.Appends?.Take(_transaction) == false)
            return;
        _rows.Upsert(sink, _transaction, relation, message, relation.NewSlots, relation.Lane.FullColumns);
        relation.Lane.Appends?.Queued();
        relation.Lane.Counters.Inserts++;
    }

    /// <summary>False when the row needs a point read first.</summary>
    private bool ApplyUpdate(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        // Taken at once: a row that was supplied for this change serves no other, even if the change is dropped after all,
        // because its chunk failed while the source was asked.
        SuppliedRow? supplied = _supplied;
        _supplied = null;
        if (Relation(reader.UInt32()) is not { } relation)
            return true;
        byte kind = reader.Byte();
        bool hasOld = kind is (byte)'K' or (byte)'O';
        if (hasOld)
        {
            PgOutputTuple.Read(ref reader, relation.Targets, relation.OldSlots);
            kind = reader.Byte();
        }

        if (kind != 'N')
            throw new PgOutputException($"an update has a tuple of kind {kind} where its new one should be");
        bool unchanged = PgOutputTuple.Read(ref reader, relation.Targets, relation.NewSlots);
        if (unchanged && hasOld)
            unchanged = TakeUnchangedFromOld(relation);
        return hasOld && IsKeyChanged(relation, message)
            ? ApplyMove(relation, message, unchanged, supplied)
            : ApplyInPlace(relation, message, unchanged, supplied);
    }

    /// <summary>An update that keeps its key. False when the row needs a point read first.</summary>
    private bool ApplyInPlace(RelationBinding relation, ReadOnlySpan<byte> message, bool unchanged, SuppliedRow? supplied)
    {
        if (Decide(relation, message, relation.NewSlots) is not { } sink)
            return true;
        RequireKeyed(relation, "UPDATE");
        if (unchanged && _rows.MayLackBase(sink, _transaction, relation, message, relation.NewSlots))
            return ApplyToMissingBase(sink, relation, message, supplied);
        _rows.Upsert(sink, _transaction, relation, message, relation.NewSlots, unchanged ? relation.Lane.PartialColumns(relation.NewSlots) : relation.Lane.FullColumns);
        relation.Lane.Counters.Updates++;
        return true;
    }

    /// <summary>
    /// An update that changes the key: a delete of the old one and an insert of the new one, in this order, each decided for
    /// itself, since they may lie in ranges of which only one is copied. False when the row needs a point read first.
    /// </summary>
    private bool ApplyMove(RelationBinding relation, ReadOnlySpan<byte> message, bool unchanged, SuppliedRow? supplied)
    {
        ChangeSink? from = Decide(relation, message, relation.OldSlots);
        ChangeSink? to = Decide(relation, message, relation.NewSlots);
        if (from is null && to is null)
            return true;
        RequireKeyed(relation, "UPDATE");
        // The row under its new key has no base row in the target that a partial update could build on, and nothing may
        // stand in for the values that the change left out. The source has them.
        if (to is not null && unchanged && supplied is null)
            return WantPointRead(relation, message);

        if (from is not null)
            _rows.Delete(from, _transaction, relation, message, relation.OldSlots);
        if (to is not null)
        {
            if (!unchanged)
                _rows.Upsert(to, _transaction, relation, message, relation.NewSlots, relation.Lane.FullColumns);
            else if (supplied!.Message is { } complete)
                _rows.Upsert(to, _transaction, relation, complete, supplied.Slots, relation.Lane.FullColumns);
            else
                // The row has meanwhile left the source, or moved on: that change comes later in the stream, and until then the row
                // is absent rather than wrong.
                _rows.NoteAbsent(relation, message, relation.NewSlots);
        }

        relation.Lane.Counters.Updates++;
        return true;
    }

    /// <summary>
    /// An update that leaves values out of a row that is in quarantine, or may be in a moment: no partial update may go where
    /// nothing is. False when the row needs a point read first.
    /// </summary>
    private bool ApplyToMissingBase(ChangeSink sink, RelationBinding relation, ReadOnlySpan<byte> message, SuppliedRow? supplied)
    {
        if (supplied is null)
            return WantPointRead(relation, message);
        if (supplied.Message is { } complete)
            _rows.Upsert(sink, _transaction, relation, complete, supplied.Slots, relation.Lane.FullColumns);
        else if (sink != relation.Lane.Main)
            // The row has meanwhile left the source, which comes later in the stream; the chunk's version is too old until then.
            _rows.Delete(sink, _transaction, relation, message, relation.NewSlots);
        // Else it stays in quarantine until that comes.
        relation.Lane.Counters.Updates++;
        return true;
    }

    private bool WantPointRead(RelationBinding relation, ReadOnlySpan<byte> message)
    {
        PointRead = new PointRead(relation.Lane, _transaction.Xid, message.ToArray(), [.. relation.NewSlots]);
        return false;
    }

    private void ApplyDelete(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        if (Relation(reader.UInt32()) is not { } relation)
            return;
        byte kind = reader.Byte();
        if (kind is not ((byte)'K' or (byte)'O'))
            throw new PgOutputException($"a delete has a tuple of kind {kind}");
        PgOutputTuple.Read(ref reader, relation.Targets, relation.OldSlots);
        if (Decide(relation, message, relation.OldSlots) is not { } sink)
            return;
        RequireKeyed(relation, "DELETE");
        _rows.Delete(sink, _transaction, relation, message, relation.OldSlots);
        relation.Lane.Counters.Deletes++;
    }

    /// <summary>False when it has to wait for the copy of one of its tables; nothing was applied then.</summary>
    private bool ApplyTruncate(ReadOnlySpan<byte> message)
    {
        IReadOnlyList<uint> relations = TruncateMessage.Read(message).Relations;
        bool isBusy = false;
        foreach (uint oid in relations)
        {
            if (Relation(oid)?.Lane is not { } lane)
                continue;
            TruncateDecision decision = lane.DecideTruncate(_transaction);
            // A table is copied again rather than emptied in part: what StarRocks empties is a table.
            lane.Copy.IsRestartWanted |= decision == TruncateDecision.Restart;
            lane.Copy.IsTruncateWaiting = decision == TruncateDecision.Busy;
            isBusy |= decision is TruncateDecision.Busy or TruncateDecision.Restart;
        }

        if (isBusy)
            return false;
        foreach (uint oid in relations)
        {
            if (Relation(oid)?.Lane is not { } lane || lane.DecideTruncate(_transaction) == TruncateDecision.Drop || lane.Appends?.Take(_transaction) == false)
                continue;
            lane.Main.Truncate();
            lane.Appends?.Queued();
            lane.Counters.Truncates++;
        }

        return true;
    }

    /// <summary>Where the change goes; null where it is dropped.</summary>
    /// <exception cref="ColumnValueException">A key value that is torn.</exception>
    private ChangeSink? Decide(RelationBinding relation, ReadOnlySpan<byte> message, ColumnSlot[] slots)
    {
        try
        {
            return relation.Lane.Decide(_transaction, message, slots);
        }
        catch (ColumnValueException error)
        {
            throw error.At($"the key of a row of {relation.Lane.Layout.FullName}, transaction {_transaction.Xid} committed at {_transaction.CommitLsn}");
        }
    }

    private void RequireKeyed(RelationBinding relation, string operation)
    {
        if (relation.Lane.Appends is null)
            return;
        string table = relation.Lane.Layout.FullName;
        throw new AppendOnlyException(
            $"{table} is compiled as an append table (Model = Append), and the source had an {operation} of it in the transaction {_transaction.Xid} that committed at {_transaction.CommitLsn}: " +
            $"a DUPLICATE KEY table of StarRocks can't follow it. Compile the table with a primary key and copy it again. Where such changes are not wanted in StarRocks, " +
            $"publish inserts only (ALTER PUBLICATION ... SET (publish = 'insert, truncate')), which holds for every table of the publication; this transaction is in the stream already, so the tables are then copied again");
    }

    private RelationBinding? Relation(uint oid)
    {
        if (!InTransaction)
            throw new PgOutputException("a change outside a transaction");
        return _relations.TryGetValue(oid, out RelationBinding? relation)
            ? relation
            : throw new PgOutputException($"a change of relation {oid}, which was never described");
    }

    /// <summary>REPLICA IDENTITY FULL sends the old row with every value; true if something stays missing.</summary>
    private static bool TakeUnchangedFromOld(RelationBinding relation)
    {
        bool missing = false;
        for (int i = 0; i < relation.NewSlots.Length; i++)
        {
            if (relation.NewSlots[i].Format != ColumnFormat.UnchangedToast)
                continue;
            // In an old tuple of kind 'K' the columns outside the identity are sent as NULL: only a value is a value.
            if (relation.OldSlots[i].Format >= ColumnFormat.Text)
                relation.NewSlots[i] = relation.OldSlots[i];
            else
                missing = true;
        }

        return missing;
    }

    private static bool IsKeyChanged(RelationBinding relation, ReadOnlySpan<byte> message)
    {
        foreach (int key in relation.Lane.Layout.Key)
        {
            ColumnSlot old = relation.OldSlots[key];
            ColumnSlot now = relation.NewSlots[key];
            if (old.Format != now.Format || !message.Slice(old.Offset, old.Length).SequenceEqual(message.Slice(now.Offset, now.Length)))
                return true;
        }

        return false;
    }

    private static void ExpectNew(ref WireReader reader)
    {
        byte kind = reader.Byte();
        if (kind != 'N')
            throw new PgOutputException($"an insert has a tuple of kind {kind}");
    }
}
