namespace PipelineGen.Pipeline;

/// <summary>Changes that are loaded together, and the position that is durable afterwards.</summary>
/// <param name="Checkpoint">Null when the batch ends inside a transaction or while a chunk holds changes back.</param>
/// <param name="EndsInTransaction">Whether the last rows belong to a source transaction that is still being received.</param>
internal sealed record FlushCycle(IReadOnlyList<FlushWork> Work, StoredPosition? Checkpoint, bool EndsInTransaction = false) : IDisposable
{
    /// <summary>Called once, whatever became of the rows.</summary>
    public event Action? Ended;

    public void Dispose()
    {
        Ended?.Invoke();
        Ended = null;
        foreach (FlushWork work in Work)
            work.Queue.Dispose();
    }
}

/// <summary>One table's part of it.</summary>
/// <param name="To">Of an append table: the last event in the queue.</param>
internal sealed record FlushWork(TableLane Lane, AppendMark To, LoadQueue Queue)
{
    public bool HasTruncate => Queue.HasTruncate;

    public bool HasRows => Queue.Steps.Any(static step => step.Rows is { IsEmpty: false });
}
