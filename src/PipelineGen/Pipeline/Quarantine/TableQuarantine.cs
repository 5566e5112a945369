using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// Which rows of one table are in quarantine, by their ids: what a change of a row needs to know in order to take it out.
/// Touched under <see cref="PipelineState.Gate"/> only.
/// </summary>
/// <remarks>
/// The set is never smaller than the truth: an id too many costs a delete of nothing, an id too few would leave a row in
/// quarantine that is in its table as well. So what changes have closed stays known until their loads are followed by a
/// position: a stream that begins again before that brings them again, and may find the rows in quarantine.
/// <para>While a chunk is in flight nobody knows yet which rows it rejects. Changes that make a row good are noted then, and
/// meet the chunk's rejected rows when it ends.</para>
/// </remarks>
internal sealed class TableQuarantine(Quarantine shared, TableLayout table)
{
    private readonly HashSet<QuarantineId> _open = [];

    /// <summary>Closed by changes that wait in the queue.</summary>
    private readonly HashSet<QuarantineId> _closed = [];

    /// <summary>Closed by changes that were handed to the loader since the last checkpoint.</summary>
    private readonly HashSet<QuarantineId> _closing = [];

    /// <summary>Rows that waiting changes have made good, or deleted, behind the chunk in flight.</summary>
    private readonly HashSet<QuarantineId> _good = [];

    private bool _inFlight;

    /// <summary>Rows in quarantine, or on the way there.</summary>
    public int Count => _open.Count;

    /// <summary>Whether a change has to know its row's id; if not, making it is saved.</summary>
    public bool IsWatching => _inFlight || _open.Count > 0;

    /// <summary>Whether the row may have no version in the target that a partial update could build on.</summary>
    public bool MayLackBase(QuarantineId id) => _inFlight || _open.Contains(id);

    /// <summary>The row goes into quarantine.</summary>
    /// <exception cref="QuarantineLimitException">There is no room for it; nothing was changed.</exception>
    public void Open(QuarantineId id, ColumnInfo column)
    {
        if (_open.Contains(id))
            return;
        shared.RequireRoom(table, column);
        Add(id);
        _good.Remove(id);
    }

    /// <summary>The row is good, or deleted. True when it has to be taken out of the quarantine.</summary>
    public bool Close(QuarantineId id)
    {
        if (_inFlight)
            _good.Add(id);
        if (!_open.Remove(id))
            return false;
        shared.AddToCount(-1);
        _closed.Add(id);
        return true;
    }

    /// <summary>The table was emptied, and the queue: appends what takes all of its rows out. Never while a chunk is in flight.</summary>
    public void Truncate(LoadQueue queue)
    {
        // Also what was closed since the last flush: its deletes went with the queue.
        shared.AddToCount(-_open.Count);
        _closed.UnionWith(_open);
        _open.Clear();
        foreach (QuarantineId id in _closed)
            Quarantine.WriteDelete(queue.Quarantine, id);
    }

    /// <summary>Takes over what is known of a range whose chunk is in the target.</summary>
    public void Absorb(TableQuarantine behindChunk)
    {
        // Counted already: both count for the same table.
        _open.UnionWith(behindChunk._open);
        _closed.UnionWith(behindChunk._closed);
        behindChunk._open.Clear();
        behindChunk._closed.Clear();
    }

    /// <summary>The table is copied again, and nothing of it is in quarantine any more.</summary>
    public void Clear()
    {
        ForgetBehindChunk();
        _closing.Clear();
    }

    /// <summary>A row that an earlier run has left there.</summary>
    public void Restore(QuarantineId id)
    {
        if (!_open.Contains(id))
            Add(id);
    }

    /// <summary>Whether the row is in quarantine, or on the way there.</summary>
    public bool Contains(QuarantineId id) => _open.Contains(id);

    public void BeginChunk() => _inFlight = true;

    /// <summary>The chunk is durable, and so are its rejected rows. Appends what takes out those that waiting changes have made good.</summary>
    public void CompleteChunk(IReadOnlyCollection<QuarantineId> rejected, LoadQueue queue)
    {
        _inFlight = false;
        foreach (QuarantineId id in rejected)
        {
            if (_open.Contains(id))
                continue;
            if (_good.Contains(id))
            {
                Quarantine.WriteDelete(queue.Quarantine, id);
                _closed.Add(id);
            }
            else
            {
                Add(id);
            }
        }

        _good.Clear();
    }

    /// <summary>The chunk failed, and everything that waited behind it is dropped.</summary>
    public void AbandonChunk()
    {
        _inFlight = false;
        ForgetBehindChunk();
    }

    /// <summary>The queue is handed to the loader.</summary>
    public void Taken()
    {
        _closing.UnionWith(_closed);
        _closed.Clear();
    }

    /// <summary>
    /// All that the loader was given is loaded, and a position written behind it: what it closed is out of the quarantine. Also
    /// what a transaction closed that the position has not passed; it comes again, and finds its rows in their table.
    /// </summary>
    public void Checkpointed() => _closing.Clear();

    /// <summary>The stream starts again at the last checkpoint: what was closed since may be in quarantine still.</summary>
    public void ForgetWaiting()
    {
        if (_inFlight)
        {
            ForgetBehindChunk();
            return;
        }

        _closing.UnionWith(_closed);
        foreach (QuarantineId id in _closing)
        {
            if (!_open.Contains(id))
                Add(id);
        }

        _closed.Clear();
        _closing.Clear();
    }

    private void Add(QuarantineId id)
    {
        _open.Add(id);
        shared.AddToCount(1);
    }

    private void ForgetBehindChunk()
    {
        shared.AddToCount(-_open.Count);
        _open.Clear();
        _closed.Clear();
        _good.Clear();
    }
}
