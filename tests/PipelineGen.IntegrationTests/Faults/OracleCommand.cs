using System.CommandLine;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// The long form: <c>dotnet run --project tests/PipelineGen.IntegrationTests -- oracle --seeds 200 --minutes 0.2 --seed 1</c>.
/// A line a seed, a summary, and exit status 1 where anything differed.
/// </summary>
internal static class OracleCommand
{
    public const string Verb = "oracle";

    public static Task<int> RunAsync(string[] args)
    {
        var seed = new Option<int>("--seed") { Description = "the first seed", DefaultValueFactory = static _ => 1 };
        var seeds = new Option<int>("--seeds") { Description = "how many, one after the other", DefaultValueFactory = static _ => 1 };
        var minutes = new Option<double>("--minutes") { Description = "how long writers write and faults strike, a seed", DefaultValueFactory = static _ => 0.2 };
        var parallel = new Option<int>("--parallel") { Description = "seeds side by side, each with a Postgres of its own", DefaultValueFactory = static _ => 2 };
        var keep = new Option<bool>("--keep") { Description = "stop at the first difference and keep both databases up until Enter is pressed or the input ends" };
        var only = new Option<FaultKind[]>("--only") { Description = "kinds of faults to strike with; none named: all", AllowMultipleArgumentsPerToken = true };
        var calm = new Option<bool>("--calm") { Description = "no faults" };
        var root = new RootCommand("Random writers, a pipeline, faults; then source and target are compared row by row") { seed, seeds, minutes, parallel, keep, only, calm };
        root.SetAction((parsed, token) => RunAsync(
            parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(parallel), parsed.GetValue(keep),
            new OracleOptions { Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)), Only = parsed.GetValue(only) ?? [], IsCalm = parsed.GetValue(calm) }, token));
        // Told to stop, it ends the seeds that are under way, and removes what they have made.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(int first, int count, int parallel, bool keep, OracleOptions options, CancellationToken cancellationToken)
    {
        var summary = new OracleSummary();
        int next = -1;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (keep)
            options = options with { OnFailure = (surroundings, result) => KeepAsync(surroundings, result, stop) };
        await Task.WhenAll(Enumerable.Range(0, Math.Max(1, Math.Min(parallel, count))).Select(_ => RunLaneAsync()));
        Console.WriteLine(summary);
        return summary.IsPassed && summary.Seeds == count ? 0 : 1;

        async Task RunLaneAsync()
        {
            OracleLane? lane = null;
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var number && number < count)
            {
                try
                {
                    lane ??= await OracleLane.StartAsync();
                    OracleResult result = await lane.RunAsync(first + number, options);
                    summary.Add(result);
                    Console.WriteLine(result.IsPassed ? result.ToString() : result.Describe());
                }
                catch (Exception error)
                {
                    // Of the oracle's own, such as a Postgres that doesn't start: no result, and so no success.
                    summary.AddBroken(first + number);
                    Console.WriteLine($"seed {first + number} could not be run: {error}");
                    if (lane is not null)
                        await lane.DisposeAsync();
                    lane = null;
                }
            }

            if (lane is not null)
                await lane.DisposeAsync();
        }
    }

    private static async Task KeepAsync(OracleSurroundings surroundings, OracleResult result, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        Console.WriteLine(result.Describe());
        Console.WriteLine($"source: {surroundings.SourceConnectionString}; slot {surroundings.Slot}");
        Console.WriteLine($"target: {surroundings.Target.Server.StartText}, database {TargetHost.Database}");
        Console.WriteLine("Both stay until Enter is pressed.");
        await Console.In.ReadLineAsync();
    }
}
