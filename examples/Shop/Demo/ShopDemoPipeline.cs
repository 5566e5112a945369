using Microsoft.Extensions.Logging;
using PipelineGen.Hosting;
using PipelineGen.Pipeline;

namespace Shop.Demo;

/// <summary>The compiled pipeline, run in this process by the engine that the verb <c>run</c> uses.</summary>
internal sealed class ShopDemoPipeline : IDemoPipeline
{
    private readonly RunningPipeline _pipeline;
    private readonly ILoggerFactory _loggers;

    private ShopDemoPipeline(RunningPipeline pipeline, ILoggerFactory loggers)
    {
        _pipeline = pipeline;
        _loggers = loggers;
    }

    public Task Completion => _pipeline.Completion;

    public DemoProgress Progress
    {
        get
        {
            PipelineProgress progress = _pipeline.Progress;
            return new DemoProgress(
                progress.IsSnapshotComplete ? "streaming" : "copying",
                [.. progress.Tables.Select(static table => new DemoTableProgress(
                    table.Table, table.Phase, table.RowsCopied, table.Copy.EstimatedRows < 0 ? null : table.Copy.EstimatedRows))],
                progress.Changes,
                progress.LagBytes);
        }
    }

    /// <summary>Starts the pipeline. It creates its slot and its publication itself.</summary>
    public static IDemoPipeline Start(string sourceConnectionString, IReadOnlyDictionary<string, string?> target)
    {
        ILoggerFactory loggers = LoggerFactory.Create(static logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(static console => console.SingleLine = true)
            .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var settings = new Dictionary<string, string?>(target)
        {
            ["Source:ConnectionString"] = sourceConnectionString,
            // Somebody watches: smaller loads, sooner.
            ["Pipeline:FlushInterval"] = "500ms",
        };
        return new ShopDemoPipeline(PipelineHost.Start<ShopPipeline>(settings, loggers), loggers);
    }

    public Task WaitUntilCaughtUpAsync(CancellationToken cancellationToken) => _pipeline.WaitUntilCaughtUpAsync(cancellationToken);

    public Task StopAsync() => _pipeline.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        _loggers.Dispose();
    }
}
