using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>The verbs of a compiled pipeline (ARCHITECTURE.md, section 3).</summary>
internal sealed class PipelineVerbs(PipelineDefinition definition, Func<IConfiguration> configuration)
{
    private static readonly Option<bool> Json = new("--json") { Description = "print the result as JSON" };

    public RootCommand Build()
    {
        var untilCaughtUp = new Option<bool>("--until-caught-up")
        {
            Description = "end with 0 once the snapshot is complete and the WAL position at start is durable in the target",
        };
        var root = new RootCommand($"Pipeline '{definition.Name}': PostgreSQL to StarRocks, {definition.Tables.Count} tables.{Environment.NewLine}{Environment.NewLine}Settings, as --Key=value, environment variables (Source__ConnectionString) or appsettings.json:{Environment.NewLine}{DescribeSettings()}");
        var run = new Command("run", "copy what is not copied yet, then stream changes until stopped (default)") { untilCaughtUp };
        run.SetAction((parsed, token) => GuardAsync(() => RunAsync(parsed.GetValue(untilCaughtUp))));
        root.Options.Add(untilCaughtUp);
        root.SetAction((parsed, token) => GuardAsync(() => RunAsync(parsed.GetValue(untilCaughtUp))));

        var check = new Command("check", "look at source, slot, publication, target and drift; changes nothing") { Json };
        check.SetAction((parsed, token) => GuardAsync(() => CheckAsync(parsed.GetValue(Json), token)));
        var status = new Command("status", "positions, tables and retained WAL of the pipeline, wherever it runs") { Json };
        status.SetAction((parsed, token) => GuardAsync(() => StatusAsync(parsed.GetValue(Json), token)));

        var ddl = new Command("ddl", "the StarRocks tables of this build");
        var print = new Command("print", "print the CREATE TABLE statements");
        print.SetAction(_ => PrintDdl());
        var plan = new Command("plan", "compare the tables with live StarRocks; exits 3 when they differ");
        plan.SetAction((_, token) => GuardAsync(() => PlanAsync(apply: false, token)));
        var apply = new Command("apply", "create the tables that are missing");
        apply.SetAction((_, token) => GuardAsync(() => PlanAsync(apply: true, token)));
        ddl.Subcommands.Add(print);
        ddl.Subcommands.Add(plan);
        ddl.Subcommands.Add(apply);
        root.Subcommands.Add(run);
        root.Subcommands.Add(check);
        root.Subcommands.Add(status);
        root.Subcommands.Add(ddl);
        return root;
    }

    private static string DescribeSettings() => string.Join(Environment.NewLine, PipelineSettings.Keys.Select(static k =>
        $"  {k.Name,-28} {k.Description}{(string.IsNullOrEmpty(k.Default) ? "" : $" (default {k.Default})")}"));

    /// <summary>Every failure is one message for a person, and an exit status for a script.</summary>
    private static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb().ConfigureAwait(false);
        }
        catch (SettingsException error)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
            return ExitStatus.Usage;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync(DescribeFailure(error)).ConfigureAwait(false);
            return ExitStatus.Failed;
        }
    }

    private static string DescribeFailure(Exception error) => error switch
    {
        PreparationException or SourceException or StarRocksException or SchemaDriftException or ColumnValueException or PgOutputException or TimeoutException => $"error: {error.Message}",
        NpgsqlException or IOException => $"error: {SourceFailure.Describe(error, "the source")}",
        _ => $"error: {error}",
    };

    private (PipelineOptions Options, StarRocksOptions Target) Read() => PipelineSettings.Read(configuration(), definition.Name);

    private async Task<int> RunAsync(bool untilCaughtUp)
    {
        (PipelineOptions options, StarRocksOptions target) = Read();
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
        await Console.Error.WriteLineAsync(DescribeFailure(failure)).ConfigureAwait(false);
        return ExitStatus.Failed;
    }

    private async Task<int> CheckAsync(bool json, CancellationToken cancellationToken)
    {
        (PipelineOptions options, StarRocksOptions target) = Read();
        await using var engine = new PipelineEngine(definition, options, target, TimeProvider.System, NullLogger.Instance);
        IReadOnlyList<CheckFinding> findings = await engine.CheckAsync(cancellationToken).ConfigureAwait(false);
        if (json)
            await Console.Out.WriteLineAsync(JsonReports.Of(findings)).ConfigureAwait(false);
        else
        {
            foreach (CheckFinding finding in findings)
                await Console.Out.WriteLineAsync($"{(finding.Problem is not null ? "PROBLEM" : finding.IsPending ? "pending" : "ok"),-8} {finding.Subject}: {finding.Problem ?? finding.State}").ConfigureAwait(false);
        }

        return findings.Any(static f => f.Problem is not null) ? ExitStatus.Differences : ExitStatus.Fine;
    }

    private async Task<int> StatusAsync(bool json, CancellationToken cancellationToken)
    {
        (PipelineOptions options, StarRocksOptions target) = Read();
        PipelineStatus status = await PipelineStatus.ReadAsync(definition, options, target, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            await Console.Out.WriteLineAsync(JsonReports.Of(status)).ConfigureAwait(false);
            return ExitStatus.Fine;
        }

        await Console.Out.WriteLineAsync($"pipeline     {status.Pipeline}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"slot         {status.Slot}: {status.SlotState}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"source WAL   {status.SourcePosition}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"durable      {status.DurablePosition ?? "nothing yet"}{(status.LagBytes is { } lag ? $", {Units.Bytes(lag)} behind" : "")}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"retained WAL {(status.RetainedBytes is { } retained ? Units.Bytes(retained) : "-")}").ConfigureAwait(false);
        foreach (TableStatus table in status.Tables)
            await Console.Out.WriteLineAsync($"table        {table.Table}: {table.State}").ConfigureAwait(false);
        return ExitStatus.Fine;
    }

    private int PrintDdl()
    {
        foreach (TableCodec table in definition.Tables)
        {
            Console.Out.WriteLine(table.Layout.CreateTable.TrimEnd().TrimEnd(';') + ";");
            Console.Out.WriteLine();
        }

        return ExitStatus.Fine;
    }

    private async Task<int> PlanAsync(bool apply, CancellationToken cancellationToken)
    {
        (_, StarRocksOptions target) = Read();
        await using var sql = new SqlClient(target, withoutDatabase: true);
        var schema = new TargetSchema(sql);
        bool databaseExists = await schema.DatabaseExistsAsync(target.Database, cancellationToken).ConfigureAwait(false);
        var missing = new List<string>();
        bool differs = false;
        foreach (TableLayout layout in definition.Tables.Select(static t => t.Layout))
        {
            TargetTable? table = databaseExists ? await schema.ReadAsync(target.Database, layout.TargetTable, cancellationToken).ConfigureAwait(false) : null;
            if (table is null)
            {
                missing.Add(layout.CreateTable);
                await Console.Out.WriteLineAsync($"create   {layout.TargetTable}").ConfigureAwait(false);
                continue;
            }

            IReadOnlyList<string> differences = TargetShape.Differences(layout, table);
            differs |= differences.Count > 0;
            await Console.Out.WriteLineAsync(differences.Count == 0 ? $"same     {layout.TargetTable}" : $"differs  {layout.TargetTable}: {string.Join("; ", differences)}").ConfigureAwait(false);
        }

        if (!apply)
            return differs || missing.Count > 0 ? ExitStatus.Differences : ExitStatus.Fine;
        if (!databaseExists)
            await new DdlExecutor(sql).CreateDatabaseIfMissingAsync(target.Database, cancellationToken).ConfigureAwait(false);
        await using var inDatabase = new SqlClient(target);
        await new DdlExecutor(inDatabase).ExecuteAsync(missing, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"created {missing.Count} tables").ConfigureAwait(false);
        return differs ? ExitStatus.Differences : ExitStatus.Fine;
    }
}
