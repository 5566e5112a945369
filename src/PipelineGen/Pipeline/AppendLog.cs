using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>
/// A place in the stream, to the event: every transaction that committed before <paramref name="Commit"/>, and of the one at
/// it the first <paramref name="Events"/> events of the table.
/// </summary>
/// <remarks>
/// Events are counted because a transaction larger than the memory is loaded in parts. When it comes again after a crash it
/// brings a table's events in the same order: Postgres orders a transaction's changes, subtransactions included, by LSN.
/// </remarks>
internal readonly record struct AppendMark(Lsn Commit, long Events) : IComparable<AppendMark>
{
    public int CompareTo(AppendMark other) => Commit == other.Commit ? Events.CompareTo(other.Events) : Commit.CompareTo(other.Commit);

    public override string ToString() => $"{Commit}#{Events}";
}

/// <summary>
/// How far the stream is in an append table. Loading a row twice would double it there, so a stream that is replayed after
/// a crash is cut off at what is in the target. Touched under <see cref="PipelineState.Gate"/> only.
/// </summary>
internal sealed class AppendLog
{
    private long _serial = -1;
    private long _events;

    /// <summary>The event that is being applied.</summary>
    public AppendMark Taken { get; private set; }

    /// <summary>What is in the target, or in quarantine.</summary>
    public AppendMark Applied { get; private set; }

    /// <summary>The last event that waits in the queue, or <see cref="Applied"/>.</summary>
    public AppendMark Received { get; private set; }

    /// <summary>Counts an event, which is then put into the queue and <see cref="Queued"/>. False when it is in the target already.</summary>
    public bool Take(in ReceivedTransaction transaction)
    {
        if (transaction.Serial != _serial)
        {
            _serial = transaction.Serial;
            _events = 0;
        }

        var mark = new AppendMark(transaction.CommitLsn, ++_events);
        if (mark.CompareTo(Applied) <= 0)
            return false;
        Taken = mark;
        return true;
    }

    /// <summary>The event is in the queue. Not before: one that can't be encoded must come again.</summary>
    public void Queued() => Received = Taken;

    /// <summary>A load is in the target.</summary>
    public void Advance(AppendMark to)
    {
        Applied = to;
        if (Received.CompareTo(to) < 0)
            Received = to;
    }

    /// <summary>The stream starts again: what waited comes again.</summary>
    public void ForgetWaiting()
    {
        Received = Applied;
        _serial = -1;
    }
}
