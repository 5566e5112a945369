using PipelineGen.Pipeline;

namespace Shop.Demo;

/// <summary>The running pipeline as the demo sees it.</summary>
internal interface IDemoPipeline : IAsyncDisposable
{
    /// <summary>How far it is, now.</summary>
    DemoProgress Progress { get; }

    /// <summary>Ends with the pipeline, and fails when it fails.</summary>
    Task Completion { get; }

    /// <summary>Waits until the snapshot is complete and all that is committed now is durable in the target.</summary>
    Task WaitUntilCaughtUpAsync(CancellationToken cancellationToken);

    /// <summary>Flushes, acknowledges, stops.</summary>
    Task StopAsync();
}

/// <param name="Phase">What it is doing, in a word or two.</param>
/// <param name="Tables">The copy, table by table.</param>
/// <param name="Changes">Changes that came over the stream.</param>
/// <param name="LagBytes">WAL between the source's end and what is durable in the target.</param>
internal sealed record DemoProgress(string Phase, IReadOnlyList<DemoTableProgress> Tables, long Changes, long LagBytes);

/// <param name="Total">Rows to copy, where an estimate is known.</param>
internal sealed record DemoTableProgress(string Table, TablePhase Phase, long Copied, long? Total);
