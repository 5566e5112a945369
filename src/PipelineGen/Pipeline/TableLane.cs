using System.Buffers;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// One table's way through the pipeline: its ranges, the set R, its waiting changes and its counters.
/// Everything here is touched under <see cref="PipelineState.Gate"/> only: the stream consumer holds it for a whole buffer
/// of messages, a snapshot worker for a transition, so that a transition falls between two messages.
/// </summary>
internal sealed class TableLane
{
    /// <summary>R: transactions that touched ranges while they were unread and were dropped.</summary>
    private readonly HashSet<ulong> _dropped = [];

    private readonly List<ColumnSet> _partialSets = [];
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly Quarantine? _quarantine;
    private readonly ChangeSink _main;

    /// <summary>No chunk may begin with a snapshot that was taken before R was pruned for the so-manieth time.</summary>
    private long _prunings;

    /// <summary>Batches that the loader has; and those of them that empty the table.</summary>
    private int _taken;
    private int _takenTruncates;

    /// <param name="quarantine">What the tables of the pipeline share of it; null where no row of this one can be rejected.</param>
    public TableLane(TableCodec codec, string labelStem, Quarantine? quarantine = null)
    {
        Codec = codec;
        Layout = codec.Layout;
        LabelStem = labelStem;
        FullColumns = ColumnSet.Full(Layout);
        Appends = Layout.IsAppendOnly ? new AppendLog() : null;
        Keys = Layout.IsAppendOnly ? null : KeyEncoding.Of(Layout);
        _quarantine = quarantine;
        _main = new ChangeSink(quarantine is null ? null : new TableQuarantine(quarantine, Layout));
    }

    public TableCodec Codec { get; }

    public TableLayout Layout { get; }

    /// <summary>Pipeline and table part of every load label.</summary>
    public string LabelStem { get; }

    public ColumnSet FullColumns { get; }

    /// <summary>Of an append table; null for one with a primary key, where a replay does no harm.</summary>
    public AppendLog? Appends { get; }

    /// <summary>The order of keys; null for an append table, whose copy is one range.</summary>
    public KeyEncoding? Keys { get; }

    /// <summary>Changes of rows whose ranges are in the target.</summary>
    public ChangeSink Main => _main;

    /// <summary>Whether a row can be rejected.</summary>
    public bool HasQuarantinePolicy => _quarantine is not null;

    public RangeMap Ranges { get; } = new();

    /// <summary>The live type OIDs of the compiled columns, read at start: what a RELATION message must show.</summary>
    public uint[] SourceTypeOids { get; set; } = [];

    /// <summary>pg_class.oid of the source's table, read at start: a name may come to mean another table, an OID can't.</summary>
    public uint SourceOid { get; set; }

    /// <summary>
    /// A chunk's snapshot must see the end of every transaction below this one: those that were running when slot and
    /// publication were made may have written to the table without the stream bringing it (POSTGRES.md, F14); and those that
    /// were loaded before the table was copied again come no more.
    /// </summary>
    public ulong NotBefore { get; set; }

    /// <summary>The highest transaction whose changes of this table the stream has brought.</summary>
    public ulong HighestReceived { get; set; }

    /// <summary>
    /// Rows that are absent from the target until the stream brings what became of them: a point read for their new key found
    /// that the source had moved on. No partial update may build on them.
    /// </summary>
    public HashSet<string> AbsentKeys { get; } = [];

    /// <summary>Loads of changes since the last checkpoint: part of their labels.</summary>
    public int LoadsSinceCheckpoint { get; set; }

    public TableCounters Counters { get; } = new();

    /// <summary>What the copy of the table is told beside its ranges.</summary>
    public CopyOrders Copy { get; } = new();

    public IReadOnlyCollection<ulong> DroppedTransactions => _dropped;

    /// <summary>Whether every range is in the target.</summary>
    public bool IsCopied { get; private set; }

    /// <summary>The stream must pass it until the copies need their snapshots no more; zero where nothing is loaded.</summary>
    public Lsn Fence { get; private set; }

    /// <summary>Waiting changes that may be loaded.</summary>
    public bool HasReady => !_main.Queue.IsEmpty;

    public bool HasWaiting => HasReady || HeldAt is not null;

    /// <summary>Whether the row's key decides about a change: not while all ranges are alike to it.</summary>
    public bool NeedsKey => Ranges.Count > 1;

    /// <summary>The checkpoint may not pass this position: changes behind it wait for a chunk, and would be lost with it.</summary>
    public Lsn? HeldAt
    {
        get
        {
            Lsn? held = null;
            foreach (TableRange range in Ranges)
            {
                if (range.HeldAt is { } at && !(held <= at))
                    held = at;
            }

            return held;
        }
    }

    /// <summary>Bytes of memory that the waiting changes hold.</summary>
    public long WaitingBytes
    {
        get
        {
            long bytes = _main.Queue.Bytes;
            if (IsCopied)
                return bytes;
            foreach (TableRange range in Ranges)
                bytes += range.Waiting?.Queue.Bytes ?? 0;
            return bytes;
        }
    }

    /// <summary>Whether the loader has changes of this table.</summary>
    public bool IsLoading => _taken > 0;

    /// <summary>Counts how often R was pruned: to be read before a snapshot is taken.</summary>
    public long Prunings => _prunings;

    /// <summary>The range that a change of this row falls into.</summary>
    /// <exception cref="ColumnValueException">A key value that is torn.</exception>
    public TableRange RangeOf(ReadOnlySpan<byte> message, ReadOnlySpan<ColumnSlot> slots)
    {
        if (!NeedsKey)
            return Ranges[0];
        _key.ResetWrittenCount();
        Keys!.Append(new TupleReader(message, slots), _key);
        return Ranges.Find(_key.WrittenSpan);
    }

    /// <summary>Where the transaction's change of this row goes; null where a snapshot has it, or will. The rules of POSTGRES.md, section 2.</summary>
    /// <exception cref="ColumnValueException">A key value that is torn.</exception>
    public ChangeSink? Decide(in ReceivedTransaction transaction, ReadOnlySpan<byte> message, ReadOnlySpan<ColumnSlot> slots)
    {
        HighestReceived = Math.Max(HighestReceived, transaction.Xid);
        // Once the stream is past every fence, the snapshots have nothing to say and the key is not even made.
        if (IsCopied && transaction.CommitLsn >= Fence)
            return _main;
        TableRange range = RangeOf(message, slots);
        return range.Decide(transaction, _dropped) == Decision.Apply ? range.Waiting ?? _main : null;
    }

    /// <summary>What becomes of a TRUNCATE; nothing is changed but R.</summary>
    public TruncateDecision DecideTruncate(in ReceivedTransaction transaction)
    {
        HighestReceived = Math.Max(HighestReceived, transaction.Xid);
        bool isBusy = false;
        bool isSeen = false;
        bool isMissed = false;
        bool isUnread = false;
        foreach (TableRange range in Ranges)
        {
            isUnread |= range.IsUnread;
            bool sees = range.State.Sees(transaction);
            isSeen |= sees;
            isMissed |= !range.IsUnread && !sees;
            isBusy |= range.IsInFlight && !sees;
        }

        // While a chunk is read its lock keeps TRUNCATE out, so that this needs a chunk whose connection broke and whose load
        // is not settled yet.
        if (isBusy)
            return TruncateDecision.Busy;
        if (isMissed && isSeen)
            return TruncateDecision.Restart;
        if (isUnread)
            _dropped.Add(transaction.Xid);
        return isMissed ? TruncateDecision.Apply : TruncateDecision.Drop;
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
    /// The range goes in flight, if the snapshot sees every transaction that was dropped for the table. If it doesn't, a commit
    /// was delivered before it became visible (POSTGRES.md, F2): the chunk must be begun again with a later snapshot.
    /// </summary>
    /// <param name="prunings"><see cref="Prunings"/>, from before the snapshot was taken.</param>
    public bool TryBeginChunk(TableRange range, TransactionSnapshot snapshot, Lsn fence, long prunings)
    {
        // What a later snapshot saw is out of R; one from before can't be checked against it any more.
        if (prunings != _prunings || snapshot.Xmin < NotBefore)
            return false;
        // A TRUNCATE that is on its way to the target would take the chunk's rows with it, which came after it.
        if (_main.Queue.HasTruncate || _takenTruncates > 0 || Copy.IsHeld)
            return false;
        foreach (ulong xid in _dropped)
        {
            if (!snapshot.Sees(xid))
                return false;
        }

        var waiting = new ChangeSink(_quarantine is null ? null : new TableQuarantine(_quarantine, Layout));
        waiting.Quarantine?.BeginChunk();
        range.Begin(snapshot, fence, waiting);
        return true;
    }

    /// <summary>The chunk is durable in the target; what waits behind it may be loaded.</summary>
    /// <param name="rejected">Its rows that are in quarantine instead, durable too.</param>
    public void CompleteChunk(TableRange range, TransactionSnapshot snapshot, Lsn fence, IReadOnlyCollection<QuarantineId>? rejected = null)
    {
        if (range.Complete(snapshot, fence) is { } waiting)
        {
            waiting.Quarantine?.CompleteChunk(rejected ?? [], waiting.Queue);
            _main.Absorb(waiting);
        }

        Fence = Lsn.Max(Fence, fence);
        IsCopied = Ranges.All(static r => r.State is RangeState.Loaded);
    }

    /// <summary>The chunk failed and is known to have left nothing in the target.</summary>
    public void AbandonChunk(TableRange range) => range.Abandon(_dropped);

    /// <summary>
    /// The table is copied again, from nothing: what waits is dropped. Every transaction that was received so far must be seen by
    /// the new snapshots, whether it was loaded, waited, or was dropped.
    /// </summary>
    public void Restart()
    {
        if (Ranges.Any(static r => r.IsInFlight))
            throw new InvalidOperationException($"{Layout.FullName} is copied again while a chunk is under way");
        _main.Queue.Clear();
        _main.Quarantine?.Clear();
        AbsentKeys.Clear();
        Ranges.Reset();
        NotBefore = Math.Max(NotBefore, HighestReceived + 1);
        Fence = Lsn.Zero;
        IsCopied = false;
        Counters.Restore(0, 0);
    }

    /// <summary>The stream is past every fence: which snapshot had which range is of no account any more.</summary>
    public void Settle()
    {
        Ranges.Reset();
        CompleteChunk(Ranges[0], TransactionSnapshot.Empty, Lsn.Zero);
        Fence = Lsn.Zero;
        _dropped.Clear();
    }

    /// <summary>All that the loader was given is loaded, and a position is written behind it.</summary>
    public void Checkpointed()
    {
        LoadsSinceCheckpoint = 0;
        _main.Quarantine?.Checkpointed();
    }

    /// <summary>R as the last checkpoint has it, after a restart.</summary>
    public void RestoreDropped(IEnumerable<ulong> xids) => _dropped.UnionWith(xids);

    /// <summary>Forgets of R what a snapshot of now sees: every later one sees it too.</summary>
    public void PruneDropped(TransactionSnapshot snapshot)
    {
        if (_dropped.RemoveWhere(snapshot.Sees) > 0)
            _prunings++;
    }

    /// <summary>
    /// The stream starts again at the last checkpoint: everything after it will come again, in the same order.
    /// </summary>
    public void ForgetWaiting()
    {
        _main.ForgetWaiting();
        // It comes again.
        Copy.IsTruncateWaiting = false;
        foreach (TableRange range in Ranges)
            range.ForgetWaiting();
        Appends?.ForgetWaiting();
    }

    /// <summary>Hands the waiting changes to the loader, who gives the queue back with <see cref="Returned"/>.</summary>
    public LoadQueue TakeQueue()
    {
        LoadQueue taken = _main.Take();
        _taken++;
        _takenTruncates += taken.HasTruncate ? 1 : 0;
        return taken;
    }

    /// <summary>The loader has done with it, well or badly.</summary>
    public void Returned(bool hadTruncate)
    {
        _taken--;
        _takenTruncates -= hadTruncate ? 1 : 0;
    }
}

/// <summary>What a table has seen, for progress and status.</summary>
internal sealed class TableCounters
{
    public long EstimatedRows { get; set; } = -1;

    public long RowsCopied { get; set; }

    public long BytesCopied { get; set; }

    /// <summary>Of <see cref="RowsCopied"/> what earlier runs have copied.</summary>
    public long RowsBefore { get; set; }

    public long BytesBefore { get; set; }

    /// <summary>When this run began to copy the table, and when it was at its end; of the clock.</summary>
    public long? CopyBegun { get; set; }

    public long? CopyEnded { get; set; }

    /// <summary>Rows and bytes were sent; with a minus those that are sent again.</summary>
    public void Copied(long rows, long bytes)
    {
        RowsCopied += rows;
        BytesCopied += bytes;
    }

    /// <summary>What earlier runs have copied; nothing for a table that begins.</summary>
    public void Restore(long rows, long bytes)
    {
        RowsCopied = RowsBefore = rows;
        BytesCopied = BytesBefore = bytes;
        CopyBegun = CopyEnded = null;
    }

    public long Inserts { get; set; }

    public long Updates { get; set; }

    public long Deletes { get; set; }

    public long Truncates { get; set; }
}
