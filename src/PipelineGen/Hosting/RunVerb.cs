using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary><c>run</c>, which is also what a pipeline does without a verb.</summary>
internal sealed class RunVerb(PipelineDefinition definition, Func<(PipelineOptions Options, StarRocksOptions Target)> read)
{
    public void AddTo(RootCommand root)
    {
        var untilCaughtUp = new Option<bool>("--until-caught-up")
        {
            Description = "end with 0 once the snapshot is complete and the WAL position at start is durable in the target",
        };
        var run = new Command("run", "copy what is not copied yet, then stream changes until stopped (default)") { untilCaughtUp };
        // The host handles signals: a run must flush before it ends.
        run.SetAction((parsed, token) => VerbFailure.GuardAsync(() => RunAsync(parsed.GetValue(untilCaughtUp))));
        root.Subcommands.Add(run);
        root.Options.Add(untilCaughtUp);
        root.SetAction((parsed, token) => VerbFailure.GuardAsync(() => RunAsync(parsed.GetValue(untilCaughtUp))));
    }

    private async Task<int> RunAsync(bool untilCaughtUp)
    {
        (PipelineOptions options, StarRocksOptions target) = read();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddSingleton<IHostLifetime, Microsoft.Extensions.Hosting.Internal.ConsoleLifetime>();
        builder.Services.Configure<ConsoleLifetimeOptions>(static console => console.SuppressStatusMessages = true);
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        // Results go to stdout; a log is none.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(services => new PipelineService(
            definition, options, target, untilCaughtUp, services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILoggerFactory>(), ProgressLine.ForTerminal()));
        builder.Services.AddHostedService(static services => services.GetRequiredService<PipelineService>());

        using IHost host = builder.Build();
        PipelineService service = host.Services.GetRequiredService<PipelineService>();
        await host.RunAsync().ConfigureAwait(false);
        if (service.Failure is not { } failure)
            return ExitStatus.Fine;
        await Console.Error.WriteLineAsync(VerbFailure.Describe(failure)).ConfigureAwait(false);
        return ExitStatus.Failed;
    }
}
