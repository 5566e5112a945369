using System.Diagnostics;
using PipelineGen.Pipeline;
using Shop.Postgres;

namespace Shop.Demo;

/// <summary>The demo from beginning to end: two servers, a seed, a copy, live changes, a comparison.</summary>
internal sealed class DemoRun(DemoOptions options, DemoConsole console, TimeProvider time)
{
    /// <summary>A zone with summer time and, before 1893, odd seconds: a conversion that is missing somewhere shows.</summary>
    private static readonly Dictionary<string, string> SourceSettings = new() { ["timezone"] = "Europe/Berlin" };

    private readonly int _seed = options.Seed ?? new Random().Next();

    /// <summary>Runs it.</summary>
    /// <returns>0 when every table is verified, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        console.Step("Starting a throwaway PostgreSQL ...");
        await using ThrowawayPostgres postgres = await ThrowawayPostgres.CreateAsync(
            new ThrowawayPostgresOptions { Settings = SourceSettings, Report = console.Step, TimeProvider = time }, cancellationToken);
        console.Step($"  PostgreSQL on 127.0.0.1:{postgres.Port} ({postgres.BinaryDirectory})");
        console.Step("Starting the stand-in for StarRocks ...");
        await using DemoTarget target = await DemoTarget.StartAsync(cancellationToken);
        console.Step($"  load {target.LoadUrl}, SQL {target.QueryEndpoint}");

        await SeedAsync(postgres.ConnectionString, cancellationToken);
        await using (IDemoPipeline pipeline = ShopDemoPipeline.Start(postgres.ConnectionString, target.Configuration))
        {
            await CopyAsync(pipeline, cancellationToken);
            await StreamAsync(pipeline, postgres.ConnectionString, cancellationToken);
            await pipeline.StopAsync();
        }

        console.Step("Comparing source and target row by row ...");
        IReadOnlyList<TableVerification> results = await target.VerifyAsync(ShopPipeline.Definition, postgres.ConnectionString, cancellationToken);
        console.Step("");
        foreach (string line in VerificationTable.Lines(results))
            console.Result(line);
        bool isVerified = results.All(static result => result.IsVerified);
        console.Step("");
        console.Step($"{(isVerified ? "All tables verified" : $"Source and target DIFFER (seed {_seed})")} after {DemoConsole.Seconds(time.GetElapsedTime(start))}.");
        if (options.Keep)
            await KeepAsync(postgres, target, cancellationToken);
        else
            console.Step("Both servers go down now; --keep leaves them up to look into, --help says what else there is.");
        return isVerified ? 0 : 1;
    }

    private async Task SeedAsync(string source, CancellationToken cancellationToken)
    {
        console.Step($"Seeding {DemoConsole.Count(options.Rows)} rows (seed {_seed}) ...");
        long start = time.GetTimestamp();
        await Seed.CreateTablesAsync(source, cancellationToken);
        IReadOnlyList<(string Table, int Rows)> tables = await new Seed(source, _seed, options.Rows).FillAsync(cancellationToken);
        console.Step($"  {string.Join(", ", tables.Select(static t => $"{t.Table} {DemoConsole.Count(t.Rows)}"))} in {DemoConsole.Seconds(time.GetElapsedTime(start))}");
    }

    private async Task CopyAsync(IDemoPipeline pipeline, CancellationToken cancellationToken)
    {
        console.Step("Copying ...");
        long start = time.GetTimestamp();
        await WatchAsync(pipeline, pipeline.WaitUntilCaughtUpAsync(cancellationToken), () =>
        {
            DemoProgress progress = pipeline.Progress;
            return $"  {progress.Phase}: {string.Join(", ", progress.Tables.Select(Describe))}";
        }, cancellationToken);
        TimeSpan elapsed = time.GetElapsedTime(start);
        long copied = pipeline.Progress.Tables.Sum(static table => table.Copied);
        console.Step($"  {DemoConsole.Count(copied)} rows in {DemoConsole.Seconds(elapsed)}, {DemoConsole.Count(copied / Math.Max(elapsed.TotalSeconds, 0.001))} rows/s");
    }

    private async Task StreamAsync(IDemoPipeline pipeline, string source, CancellationToken cancellationToken)
    {
        console.Step($"Live inserts, updates and deletes for {options.Seconds} s ...");
        var traffic = new LiveTraffic(source, _seed, time);
        long start = time.GetTimestamp();
        long before = pipeline.Progress.Changes;
        (TimeSpan At, long Written, long Streamed) last = (TimeSpan.Zero, 0, before);
        await WatchAsync(pipeline, traffic.RunAsync(TimeSpan.FromSeconds(options.Seconds), cancellationToken), () =>
        {
            DemoProgress progress = pipeline.Progress;
            (TimeSpan At, long Written, long Streamed) now = (time.GetElapsedTime(start), traffic.Counts.Rows, progress.Changes);
            double seconds = Math.Max((now.At - last.At).TotalSeconds, 0.001);
            string line = $"  {DemoConsole.Seconds(now.At)}: {DemoConsole.Count((now.Written - last.Written) / seconds)} rows/s written, " +
                $"{DemoConsole.Count((now.Streamed - last.Streamed) / seconds)} changes/s streamed, lag {DemoConsole.Bytes(progress.LagBytes)}";
            // Rates over a second or so; over one tick in place they would only flicker.
            if (seconds >= 0.9)
                last = now;
            return line;
        }, cancellationToken);
        TrafficSnapshot done = traffic.Counts;
        console.Step($"  {DemoConsole.Count(done.Committed)} transactions ({DemoConsole.Count(done.RolledBack)} more rolled back): rows inserted {DemoConsole.Count(done.Inserted)}, " +
            $"updated {DemoConsole.Count(done.Updated)}, keys changed {DemoConsole.Count(done.KeysChanged)}, deleted {DemoConsole.Count(done.Deleted)}; cascades change more");

        long stopped = time.GetTimestamp();
        await WatchAsync(pipeline, pipeline.WaitUntilCaughtUpAsync(cancellationToken), () => $"  catching up, lag {DemoConsole.Bytes(pipeline.Progress.LagBytes)}", cancellationToken);
        console.Step($"  caught up {DemoConsole.Seconds(time.GetElapsedTime(stopped))} after the last commit; {DemoConsole.Count(pipeline.Progress.Changes - before)} changes streamed");
    }

    /// <summary>Shows progress until the work is done; a pipeline that ends before is an error.</summary>
    private async Task WatchAsync(IDemoPipeline pipeline, Task work, Func<string> progress, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, pipeline.Completion, Task.Delay(console.Interval, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (pipeline.Completion.IsCompleted)
            {
                await pipeline.Completion;
                throw new UnreachableException("the pipeline ended by itself");
            }

            if (!work.IsCompleted)
                console.Progress(progress());
        }

        await work;
    }

    private async Task KeepAsync(ThrowawayPostgres postgres, DemoTarget target, CancellationToken cancellationToken)
    {
        console.Step("");
        console.Step("Both servers stay up until Ctrl-C.");
        console.Step($"  PostgreSQL: psql 'host=127.0.0.1 port={postgres.Port} user=postgres'");
        console.Step($"  StarRocks stand-in: mariadb {target.ClientArguments}");
        console.Step($"  The pipeline against them: dotnet run --project examples/Shop -- run --Source:ConnectionString='{postgres.ConnectionString}' {target.ConfigurationArguments}");
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string Describe(DemoTableProgress table) => table switch
    {
        { Phase: TablePhase.Waiting } => $"{table.Table} waiting",
        { Phase: not TablePhase.Copying } => $"{table.Table} done",
        { Total: { } total } => $"{table.Table} {DemoConsole.Count(table.Copied)}/{DemoConsole.Count(total)}",
        _ => $"{table.Table} {DemoConsole.Count(table.Copied)}",
    };
}
