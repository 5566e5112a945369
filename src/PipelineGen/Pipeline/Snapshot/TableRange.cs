using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>One range of a table's keys, and where its copy stands. Touched under <see cref="PipelineState.Gate"/> only.</summary>
/// <param name="through">The last key as <see cref="KeyEncoding"/> has it; null: to the end.</param>
internal sealed class TableRange(KeyRange keys, byte[]? through)
{
    /// <summary>Transactions that wait behind the chunk; they join R if it fails.</summary>
    private readonly HashSet<ulong> _queued = [];

    private long _decidedFor = -1;
    private Decision _decision;

    public KeyRange Keys { get; private set; } = keys;

    public byte[]? Through { get; } = through;

    public RangeState State { get; private set; } = RangeState.Unread.Instance;

    /// <summary>What waits behind the chunk in flight; null when none is.</summary>
    public ChangeSink? Waiting { get; private set; }

    /// <summary>The checkpoint may not pass this position: changes from there on wait behind the chunk. Null when none does.</summary>
    public Lsn? HeldAt { get; private set; }

    /// <summary>The range's place in the progress table; null until a chunk of it was begun.</summary>
    public int? Number { get; set; }

    /// <summary>Chunks of it that were begun, over all runs.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether it was cut to size already.</summary>
    public bool IsSized { get; set; }

    /// <summary>Whether a worker has it.</summary>
    public bool IsTaken { get; set; }

    public bool IsUnread => State is RangeState.Unread;

    public bool IsInFlight => State is RangeState.InFlight;

    /// <summary>The rules of POSTGRES.md, section 2, for an event in this range.</summary>
    /// <param name="dropped">R of the table.</param>
    public Decision Decide(in ReceivedTransaction transaction, HashSet<ulong> dropped)
    {
        // Once a transaction: a transition in its middle can't change the answer. Unread -> InFlight needs S to see all of R,
        // this one included, so 'drop' stays right; InFlight -> Loaded keeps S; and back to Unread forgets the decision.
        if (_decidedFor == transaction.Serial)
            return _decision;
        _decidedFor = transaction.Serial;
        if (State is RangeState.Unread)
        {
            dropped.Add(transaction.Xid);
            return _decision = Decision.Drop;
        }

        if (State.Sees(transaction))
            return _decision = Decision.Drop;
        if (IsInFlight)
        {
            _queued.Add(transaction.Xid);
            HeldAt ??= transaction.After;
        }

        return _decision = Decision.Apply;
    }

    public void Begin(TransactionSnapshot snapshot, Lsn fence, ChangeSink waiting)
    {
        if (State is not RangeState.Unread)
            throw new InvalidOperationException($"a chunk of {Keys} is begun twice");
        State = new RangeState.InFlight(snapshot, fence);
        Waiting = waiting;
    }

    /// <summary>The chunk is in the target.</summary>
    /// <returns>What waited behind it; null where no chunk was under way in this process.</returns>
    public ChangeSink? Complete(TransactionSnapshot snapshot, Lsn fence)
    {
        State = new RangeState.Loaded(snapshot, fence);
        ChangeSink? waiting = Waiting;
        Waiting = null;
        HeldAt = null;
        _queued.Clear();
        return waiting;
    }

    /// <summary>The chunk came to nothing: what waited is dropped, and its transactions join R.</summary>
    public void Abandon(HashSet<ulong> dropped)
    {
        if (!IsInFlight)
            throw new InvalidOperationException($"no chunk of {Keys} is under way");
        State = RangeState.Unread.Instance;
        dropped.UnionWith(_queued);
        Waiting!.Queue.Dispose();
        Waiting.Quarantine?.AbandonChunk();
        Waiting = null;
        HeldAt = null;
        _queued.Clear();
        _decidedFor = -1;
    }

    /// <summary>The stream starts again at the last checkpoint: everything after it comes again, in the same order.</summary>
    public void ForgetWaiting()
    {
        Waiting?.ForgetWaiting();
        HeldAt = null;
        _queued.Clear();
        _decidedFor = -1;
    }

    /// <summary>Cuts off the part up to a key. Both parts keep what was decided: they are unread.</summary>
    public TableRange CutFront(IReadOnlyList<string> boundary, byte[] encoded)
    {
        if (State is not RangeState.Unread)
            throw new InvalidOperationException($"{Keys} is cut while it is copied");
        var front = new TableRange(new KeyRange(Keys.After, boundary), encoded) { _decidedFor = _decidedFor, _decision = _decision, IsSized = true };
        Keys = new KeyRange(boundary, Keys.Through);
        return front;
    }
}
