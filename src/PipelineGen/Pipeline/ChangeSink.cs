namespace PipelineGen.Pipeline;

/// <summary>Where a table's changes wait: for the next load, or behind a chunk that is being copied. Touched under <see cref="PipelineState.Gate"/> only.</summary>
/// <param name="quarantine">Null where no row can be in quarantine.</param>
internal sealed class ChangeSink(TableQuarantine? quarantine)
{
    public LoadQueue Queue { get; private set; } = new();

    public TableQuarantine? Quarantine { get; set; } = quarantine;

    /// <summary>Hands the waiting changes over.</summary>
    public LoadQueue Take()
    {
        LoadQueue taken = Queue;
        Queue = new LoadQueue();
        Quarantine?.Taken();
        return taken;
    }

    /// <summary>Takes over what waited behind a chunk that is in the target now.</summary>
    public void Absorb(ChangeSink behindChunk)
    {
        Queue.Absorb(behindChunk.Queue);
        behindChunk.Queue.Dispose();
        if (behindChunk.Quarantine is { } quarantine)
            Quarantine!.Absorb(quarantine);
    }

    /// <summary>The table is emptied.</summary>
    public void Truncate()
    {
        Queue.Truncate();
        Quarantine?.Truncate(Queue);
    }

    /// <summary>The stream starts again at the last checkpoint: what waits comes again.</summary>
    public void ForgetWaiting()
    {
        Queue.Clear();
        Quarantine?.ForgetWaiting();
    }
}
