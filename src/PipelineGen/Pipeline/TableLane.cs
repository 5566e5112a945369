using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// One table's way through the pipeline: its snapshot state, the set R, its waiting changes and its counters.
/// Everything here is touched under <see cref="PipelineState.Gate"/> only: the stream consumer holds it for a whole buffer
/// of messages, a snapshot worker for a transition, so that a transition falls between two messages.
/// </summary>
internal sealed class TableLane
{
    /// <summary>R: transactions that touched the range while it was unread and were dropped.</summary>
    private readonly HashSet<ulong> _dropped = [];

    /// <summary>Transactions that wait behind the chunk in flight; they join R if the chunk fails.</summary>
    private readonly HashSet<ulong> _queued = [];

    private readonly List<ColumnSet> _partialSets = [];
    private long _decidedFor = -1;
    private Decision _decision;
    private ulong _prunedBelow;

    /// <param name="quarantine">What the tables of the pipeline share of it; null where no row of this one can be rejected.</param>
    public TableLane(TableCodec codec, string labelStem, Quarantine? quarantine = null)
    {
        Codec = codec;
        Layout = codec.Layout;
        LabelStem = labelStem;
        FullColumns = ColumnSet.Full(Layout);
        Appends = Layout.IsAppendOnly ? new AppendLog() : null;
        Quarantine = quarantine is null ? null : new TableQuarantine(quarantine, Layout);
    }

    public TableCodec Codec { get; }

    public TableLayout Layout { get; }

    /// <summary>Pipeline and table part of every load label.</summary>
    public string LabelStem { get; }

    public ColumnSet FullColumns { get; }

    /// <summary>Of an append table; null for one with a primary key, where a replay does no harm.</summary>
    public AppendLog? Appends { get; }

    /// <summary>Null where no row can be in quarantine.</summary>
    public TableQuarantine? Quarantine { get; set; }

    public KeyRange Range { get; } = KeyRange.Whole;

    public RangeState State { get; private set; } = new RangeState.Unread();

    public LoadQueue Queue { get; private set; } = new();

    /// <summary>The live type OIDs of the compiled columns, read at start: what a RELATION message must show.</summary>
    public uint[] SourceTypeOids { get; set; } = [];

    /// <summary>pg_class.oid of the source's table, read at start: a name may come to mean another table, an OID can't.</summary>
    public uint SourceOid { get; set; }

    /// <summary>
    /// The first chunk's snapshot must see the end of every transaction below this one: those that were running when slot and
    /// publication were made may have written to the table without the stream bringing it (POSTGRES.md, F14).
    /// </summary>
    public ulong NotBefore { get; set; }

    /// <summary>Snapshots of this range that were begun, over all runs: part of the chunk's label.</summary>
    public int ChunkAttempts { get; set; }

    /// <summary>Loads of changes since the last checkpoint: part of their labels.</summary>
    public int LoadsSinceCheckpoint { get; set; }

    public TableCounters Counters { get; } = new();

    public IReadOnlyCollection<ulong> DroppedTransactions => _dropped;

    public bool IsCopied => State is RangeState.Loaded;

    /// <summary>Changes wait behind a chunk: they can't be loaded, and no checkpoint may pass them.</summary>
    public bool HoldsCheckpoint => State is RangeState.InFlight && !Queue.IsEmpty;

    /// <summary>Whether the transaction's events in this table are to be applied; the rules of POSTGRES.md, section 2.</summary>
    public Decision Decide(in ReceivedTransaction transaction)
    {
        // Once a transaction: a transition in its middle can't change the answer. Unread -> InFlight needs S to see all of R,
        // this one included, so 'drop' stays right; InFlight -> Loaded keeps S; and back to Unread forgets the decision.
        if (_decidedFor == transaction.Serial)
            return _decision;
        _decidedFor = transaction.Serial;
        switch (State)
        {
            case RangeState.Unread:
                _dropped.Add(transaction.Xid);
                return _decision = Decision.Drop;
            case RangeState.InFlight inFlight when IsSeen(inFlight.Snapshot, inFlight.Fence, transaction):
            case RangeState.Loaded loaded when IsSeen(loaded.Snapshot, loaded.Fence, transaction):
                return _decision = Decision.Drop;
            case RangeState.InFlight:
                _queued.Add(transaction.Xid);
                return _decision = Decision.Apply;
            default:
                return _decision = Decision.Apply;
        }
    }

    /// <summary>The column set of a tuple with unchanged TOAST columns.</summary>
    public ColumnSet PartialColumns(ReadOnlySpan<ColumnSlot> slots)
    {
        foreach (ColumnSet set in _partialSets)
        {
            if (set.Matches(slots))
                return set;
        }

        var added = ColumnSet.Of(Layout, slots);
        _partialSets.Add(added);
        return added;
    }

    /// <summary>The column set of a row that two partial ones were made into.</summary>
    public ColumnSet Union(ColumnSet left, ColumnSet right)
    {
        ColumnSet union = left.Union(right);
        if (!union.IsPartial)
            return FullColumns;
        if (_partialSets.Find(union.HasSameColumns) is { } known)
            return known;
        _partialSets.Add(union);
        return union;
    }

    /// <summary>
    /// The range goes in flight, if the snapshot sees every transaction that was dropped for it. If it doesn't, a commit was
    /// delivered before it became visible (POSTGRES.md, F2): the chunk must be begun again with a later snapshot.
    /// </summary>
    public bool TryBeginChunk(TransactionSnapshot snapshot, Lsn fence)
    {
        if (State is RangeState.InFlight)
            throw new InvalidOperationException($"{Layout.FullName}: a chunk is begun twice");
        // R is forgotten below a later snapshot's xmin; a snapshot from before can't be checked against it any more.
        if (snapshot.Xmin < _prunedBelow || snapshot.Xmin < NotBefore)
            return false;
        foreach (ulong xid in _dropped)
        {
            if (!snapshot.Sees(xid))
                return false;
        }

        State = new RangeState.InFlight(snapshot, fence);
        Quarantine?.BeginChunk();
        return true;
    }

    /// <summary>The chunk is durable in the target; what waits behind it may be loaded.</summary>
    /// <param name="rejected">Its rows that are in quarantine instead, durable too.</param>
    public void CompleteChunk(TransactionSnapshot snapshot, Lsn fence, IReadOnlyCollection<QuarantineId>? rejected = null)
    {
        State = new RangeState.Loaded(snapshot, fence);
        Quarantine?.CompleteChunk(rejected ?? [], Queue);
        _queued.Clear();
    }

    /// <summary>
    /// The chunk failed and is known to have left nothing in the target: the waiting events are dropped, their transactions
    /// join R.
    /// </summary>
    public void AbandonChunk()
    {
        if (State is not RangeState.InFlight)
            throw new InvalidOperationException($"{Layout.FullName}: no chunk is under way");
        State = new RangeState.Unread();
        _dropped.UnionWith(_queued);
        _queued.Clear();
        Queue.Clear();
        Quarantine?.AbandonChunk();
        _decidedFor = -1;
    }

    /// <summary>The table is emptied.</summary>
    public void Truncate()
    {
        Queue.Truncate();
        Quarantine?.Truncate(Queue);
    }

    /// <summary>All that the loader was given is loaded, and a position is written behind it.</summary>
    public void Checkpointed()
    {
        LoadsSinceCheckpoint = 0;
        Quarantine?.Checkpointed();
    }

    /// <summary>R as the last checkpoint has it, after a restart.</summary>
    public void RestoreDropped(IEnumerable<ulong> xids) => _dropped.UnionWith(xids);

    /// <summary>Forgets of R what lies below a later snapshot's xmin: every snapshot from then on sees it.</summary>
    public void PruneDropped(TransactionSnapshot snapshot)
    {
        _dropped.RemoveWhere(xid => xid < snapshot.Xmin);
        _prunedBelow = Math.Max(_prunedBelow, snapshot.Xmin);
    }

    /// <summary>
    /// The stream starts again at the last checkpoint: everything after it will come again, in the same order.
    /// </summary>
    public void ForgetWaiting()
    {
        Queue.Clear();
        _queued.Clear();
        _decidedFor = -1;
        Appends?.ForgetWaiting();
        Quarantine?.ForgetWaiting();
    }

    /// <summary>Hands the waiting changes to the loader.</summary>
    public LoadQueue TakeQueue()
    {
        LoadQueue taken = Queue;
        Queue = new LoadQueue();
        Quarantine?.Taken();
        return taken;
    }

    // What commits at or above the fence can't be in the snapshot: F was read after S. Below it, only the id tells (F2).
    private static bool IsSeen(TransactionSnapshot snapshot, Lsn fence, in ReceivedTransaction transaction) =>
        transaction.CommitLsn < fence && snapshot.Sees(transaction.Xid);
}

/// <summary>What a table has seen, for progress and status.</summary>
internal sealed class TableCounters
{
    public long EstimatedRows { get; set; } = -1;

    public long RowsCopied { get; set; }

    public long Inserts { get; set; }

    public long Updates { get; set; }

    public long Deletes { get; set; }

    public long Truncates { get; set; }
}
