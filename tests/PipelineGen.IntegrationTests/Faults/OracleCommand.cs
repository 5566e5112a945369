using System.CommandLine;
using System.Globalization;

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
        root.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(parallel), parsed.GetValue(keep),
            new OracleOptions { Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)), Only = parsed.GetValue(only) ?? [], IsCalm = parsed.GetValue(calm) }));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(int first, int count, int parallel, bool keep, OracleOptions options)
    {
        var summary = new Summary();
        int next = -1;
        long begun = TimeProvider.System.GetTimestamp();
        using var stop = new CancellationTokenSource();
        if (keep)
            options = options with { OnFailure = (surroundings, result) => KeepAsync(surroundings, result, stop) };
        await Task.WhenAll(Enumerable.Range(0, Math.Max(1, Math.Min(parallel, count))).Select(async _ =>
        {
            await using OracleLane lane = await OracleLane.StartAsync();
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var number && number < count)
            {
                OracleResult result = await lane.RunAsync(first + number, options);
                summary.Add(result);
                Console.WriteLine(result.IsPassed ? result.ToString() : result.Describe());
            }
        }));
        Console.WriteLine(summary.Describe(TimeProvider.System.GetElapsedTime(begun)));
        return summary.IsPassed ? 0 : 1;
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

    /// <summary>Over all seeds.</summary>
    private sealed class Summary
    {
        private readonly Lock _lock = new();
        private readonly SortedDictionary<FaultKind, int> _faults = [];
        private readonly List<int> _different = [];
        private int _seeds;
        private long _transactions;
        private int _starts;
        private int _cuts;
        private long _samples;

        public bool IsPassed => _different.Count == 0 && _seeds > 0;

        public void Add(OracleResult result)
        {
            lock (_lock)
            {
                _seeds++;
                _transactions += result.Committed;
                _starts += result.Starts;
                _cuts += result.Cuts;
                _samples += result.Samples;
                foreach ((FaultKind kind, int count) in result.Faults)
                    _faults[kind] = _faults.GetValueOrDefault(kind) + count;
                if (!result.IsPassed)
                    _different.Add(result.Seed);
            }
        }

        public string Describe(TimeSpan elapsed)
        {
            _different.Sort();
            return string.Create(CultureInfo.InvariantCulture,
                $"{_seeds} seeds, {_different.Count} with differences{(_different.Count > 0 ? $" ({string.Join(", ", _different)})" : "")}; {_transactions} transactions, {_starts} starts of the pipeline, {_cuts} connections cut, ") +
                string.Create(CultureInfo.InvariantCulture, $"slot and position compared {_samples} times, {_faults.Values.Sum()} faults in {elapsed.TotalMinutes:0.0} minutes: {string.Join(' ', _faults.Select(static f => $"{f.Key}:{f.Value}"))}");
        }
    }
}
