using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>A pipeline as a hosted service: runs with the host, stops cleanly with it, ends it when the pipeline ends.</summary>
public sealed class PipelineService : BackgroundService
{
    private readonly PipelineEngine _engine;
    private readonly bool _untilCaughtUp;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly Action<PipelineProgress>? _onProgress;

    public PipelineService(
        PipelineDefinition definition, PipelineOptions options, StarRocksOptions target, bool untilCaughtUp, IHostApplicationLifetime lifetime, ILoggerFactory loggers,
        Action<PipelineProgress>? onProgress = null)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _engine = new PipelineEngine(definition, options, target, TimeProvider.System, loggers.CreateLogger("PipelineGen"));
        _untilCaughtUp = untilCaughtUp;
        _lifetime = lifetime;
        _onProgress = onProgress;
    }

    /// <summary>Why the pipeline ended, when it was not told to, or could not end.</summary>
    public Exception? Failure { get; private set; } = new TimeoutException("the stop was not finished in time. Nothing is lost; the next start resumes at the persisted position");

    public override void Dispose()
    {
        _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task progress = ReportAsync(watching.Token);
        try
        {
            await _engine.RunAsync(_untilCaughtUp, stoppingToken).ConfigureAwait(false);
            Failure = null;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop before anything was under way.
            Failure = null;
        }
        catch (Exception error)
        {
            Failure = error;
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await progress.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _lifetime.StopApplication();
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (_onProgress is null)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            _onProgress(_engine.Progress);
    }
}
