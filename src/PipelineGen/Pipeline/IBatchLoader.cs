namespace PipelineGen.Pipeline;

/// <summary>Brings batches of changes into the target, and then, or with them, the position.</summary>
internal interface IBatchLoader
{
    /// <summary>Loads the batch to its end and disposes it.</summary>
    /// <exception cref="PipelineGen.StarRocks.StarRocksException">A load that can't succeed as it is.</exception>
    /// <exception cref="BatchLostException">Rows that are no longer at hand have to be loaded again.</exception>
    Task RunAsync(FlushCycle cycle, CancellationToken cancellationToken);

    /// <summary>Whether rows of earlier batches wait for the end of their source transaction to be committed.</summary>
    bool HoldsRows { get; }

    /// <summary>The stream starts again at the last position: what is loaded and not committed comes again.</summary>
    Task ForgetAsync();
}

/// <summary>A transaction was lost whose first parts are no longer in memory: the stream has to bring them again, from the last position.</summary>
internal sealed class BatchLostException(string message, Exception? inner = null) : Exception(message, inner);
