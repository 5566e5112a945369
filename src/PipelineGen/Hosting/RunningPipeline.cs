using Microsoft.Extensions.Logging;
using PipelineGen.Pipeline;

namespace PipelineGen.Hosting;

/// <summary>A pipeline that runs inside another program: an example, a test, a service of its own.</summary>
public sealed class RunningPipeline : IAsyncDisposable
{
    private readonly PipelineEngine _engine;
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    internal RunningPipeline(PipelineEngine engine, bool untilCaughtUp)
    {
        _engine = engine;
        Completion = Task.Run(() => engine.RunAsync(untilCaughtUp, _stop.Token));
    }

    /// <summary>Ends when the pipeline has stopped; faulted when it could not go on.</summary>
    public Task Completion { get; }

    /// <summary>The pipeline as it is now.</summary>
    public PipelineProgress Progress => _engine.Progress;

    /// <summary>Waits until what the source has committed by now is durable in the target; throws what ended the pipeline, if it ends before.</summary>
    public async Task WaitUntilCaughtUpAsync(CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task caughtUp = _engine.WaitUntilCaughtUpAsync(waiting.Token);
        if (await Task.WhenAny(caughtUp, Completion).ConfigureAwait(false) != caughtUp)
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await Completion.ConfigureAwait(false);
            throw new InvalidOperationException("the pipeline has stopped");
        }

        await caughtUp.ConfigureAwait(false);
    }

    /// <summary>Flushes, persists, acknowledges and ends.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await Completion.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped before anything was under way.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _engine.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }
}
