using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>How a seed is run.</summary>
internal sealed record OracleOptions
{
    /// <summary>How long writers write and faults strike.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long the last run may take to catch up, with writers and faults at rest.</summary>
    public TimeSpan CatchUpLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Kinds of faults to strike with; none named: all.</summary>
    public IReadOnlyCollection<FaultKind> Only { get; init; } = [];

    /// <summary>No faults at all.</summary>
    public bool IsCalm { get; init; }

    /// <summary>Called half-way, when the pipeline streams and the writers write: for what an oracle must notice.</summary>
    public Func<OracleSurroundings, Task>? Halfway { get; init; }

    /// <summary>Called when source and target are at rest, before they are compared: for what an oracle must notice.</summary>
    public Func<OracleSurroundings, Task>? BeforeComparison { get; init; }

    /// <summary>Called when a seed has failed, while its databases are still there.</summary>
    public Func<OracleSurroundings, OracleResult, Task>? OnFailure { get; init; }
}

/// <summary>
/// One seed of the oracle: random writers on all tables, a pipeline that copies and streams them and is killed, cut off and
/// starved meanwhile; then all of that rests, the pipeline catches up, and source and target must be the same to the row.
/// </summary>
internal sealed class OracleRun(int seed, OracleOptions options, TimeProvider time)
{
    private const int LeastFaults = 8;

    private readonly OracleDraws _draws = OracleDraws.Of(seed);
    private readonly Timeline _timeline = new(time);

    public async Task<OracleResult> RunAsync(ThrowawayPostgres postgres, string database)
    {
        await using OracleSurroundings surroundings = await OracleSurroundings.CreateAsync(postgres, database, _draws);
        await using var pipeline = new SupervisedPipeline(surroundings.Settings, surroundings.Clock, _timeline, time);
        var workload = new OracleWorkload(surroundings.SourceConnectionString, seed, _draws.Writers);
        var watch = new PositionWatch(surroundings, _timeline);
        List<string> problems = [];
        await DisturbAsync(surroundings, pipeline, workload, watch);
        if (pipeline.Failure is { } failure)
            problems.Add(failure);
        else
            problems.AddRange(await FinishAsync(surroundings, pipeline, watch));
        if (watch.Violation is { } violation)
            problems.Add(violation);
        var result = new OracleResult
        {
            Seed = seed,
            Draws = _draws,
            Problems = problems,
            Faults = _timeline.Faults,
            Points = _timeline.Points,
            Committed = workload.Committed,
            RolledBack = workload.RolledBack,
            Failed = workload.Failed,
            Starts = pipeline.Starts,
            Cuts = surroundings.Source.Cuts + surroundings.Frontend.Cuts + surroundings.Backend.Cuts + surroundings.Sql.Cuts,
            Samples = watch.Samples,
            Elapsed = _timeline.Elapsed,
            Report = problems.Count == 0 ? "" : $"timeline:{Environment.NewLine}{_timeline.Tail(60)}{Environment.NewLine}pipeline:{Environment.NewLine}{pipeline.Errors}",
        };
        if (!result.IsPassed && options.OnFailure is { } onFailure)
            await onFailure(surroundings, result);
        return result;
    }

    /// <summary>Writers write and faults strike for as long as the options say.</summary>
    private async Task DisturbAsync(OracleSurroundings surroundings, SupervisedPipeline pipeline, OracleWorkload workload, PositionWatch watch)
    {
        using var stop = new CancellationTokenSource();
        using var stopWatch = new CancellationTokenSource();
        Task watching = watch.RunAsync(stopWatch.Token);
        Task writing = workload.RunAsync(stop.Token);
        pipeline.Start();
        _timeline.Add("writers and pipeline started");
        Task striking = options.IsCalm
            ? Task.CompletedTask
            : new FaultInjector(surroundings, pipeline, _timeline).RunAsync(FaultPlan.Schedule(seed, options.Only), stop.Token);
        try
        {
            await Task.Delay(options.Duration / 2);
            if (options.Halfway is { } halfway)
            {
                await pipeline.UntilStreamingAsync(options.CatchUpLimit);
                await halfway(surroundings);
            }

            await Task.Delay(options.Duration / 2);
            await UntilStruckAsync(pipeline);
        }
        finally
        {
            await stop.CancelAsync();
            _timeline.Add("writers and faults told to stop");
            // A fault that can't be struck, such as a server that doesn't come back, ends the oracle itself.
            await Task.WhenAll(striking, writing);
            _timeline.Add("writers and faults at rest");
            await pipeline.StopAsync();
            await watch.SampleAsync();
            await stopWatch.CancelAsync();
            await watching;
        }
    }

    /// <summary>On a machine that is slow the pipeline takes its time to come up, and most faults wait for it.</summary>
    private async Task UntilStruckAsync(SupervisedPipeline pipeline)
    {
        long begun = time.GetTimestamp();
        while (!options.IsCalm && pipeline.Failure is null && _timeline.Faults.Values.Sum() < LeastFaults && time.GetElapsedTime(begun) < options.Duration * 2)
            await Task.Delay(50);
    }

    private async Task<IReadOnlyList<string>> FinishAsync(OracleSurroundings surroundings, SupervisedPipeline pipeline, PositionWatch watch)
    {
        if (await pipeline.CatchUpAsync(options.CatchUpLimit) is { } problem)
            return [problem];
        _timeline.Add("caught up");
        await watch.SampleAsync();
        if (options.BeforeComparison is { } before)
            await before(surroundings);
        return await new EndChecks(surroundings, watch).RunAsync();
    }
}
