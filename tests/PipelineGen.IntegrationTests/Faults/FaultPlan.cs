using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>What the oracle does to a pipeline and its surroundings.</summary>
internal enum FaultKind
{
    // The pipeline's process.
    Kill,
    KillAtFailPoint,
    Suspend,
    ClockJump,
    DiskFull,

    // The source.
    SourceRestart,
    SourceCrash,
    WalsenderTerminated,
    SessionsTerminated,
    TableRewritten,
    SourceCut,
    SourceCutInStream,
    SourceHalfOpen,
    SourceBlackhole,
    SourceStall,

    // The target.
    TargetPause,
    TargetRestart,
    BackendRestart,
    LeaderChange,
    TargetCut,
    TargetCutInBody,
    TargetReplyCut,
    TargetHalfOpen,
    TargetBlackhole,
    TargetStall,
    LoseReplyAfterCommit,
    LoseReplyAfterPrepare,
    PublishTimeout,
    CommitTimeout,
    TooManyVersions,
    MemoryLimit,
    RunningTransactionLimit,
    TransactionInProcessing,
    NoBackendAlive,
    FrontendError,
    RedirectWithoutAuthorization,
    ResetBeforeContinue,
    ResetInBody,
    SlowPublish,
    SlowAnswers,
}

/// <summary>One fault to come.</summary>
/// <param name="DelayMilliseconds">After the one before it.</param>
/// <param name="WaitsForStream">Struck only when the pipeline's process streams, if it does so soon; else in start and recovery too.</param>
/// <param name="Amount">Times, bytes or seconds, as the kind has it.</param>
/// <param name="DurationMilliseconds">Of those that last.</param>
/// <param name="Point">Of <see cref="FaultKind.KillAtFailPoint"/>: <c>name:passing</c>.</param>
internal sealed record FaultPlan(int DelayMilliseconds, bool WaitsForStream, FaultKind Kind, int Amount, int DurationMilliseconds, string Point)
{
    /// <summary>How often kinds are drawn; what is not named here, twice.</summary>
    private static readonly Dictionary<FaultKind, int> Weights = new()
    {
        [FaultKind.Kill] = 12,
        [FaultKind.KillAtFailPoint] = 20,
        [FaultKind.Suspend] = 3,
        [FaultKind.DiskFull] = 4,
        [FaultKind.SourceRestart] = 3,
        [FaultKind.SourceCrash] = 4,
        [FaultKind.WalsenderTerminated] = 3,
        [FaultKind.SessionsTerminated] = 4,
        [FaultKind.SourceCutInStream] = 5,
        [FaultKind.TargetCutInBody] = 5,
        [FaultKind.TargetReplyCut] = 4,
        [FaultKind.LoseReplyAfterCommit] = 5,
    };

    private static readonly FaultKind[] Bag =
        [.. Enum.GetValues<FaultKind>().SelectMany(static kind => Enumerable.Repeat(kind, Weights.GetValueOrDefault(kind, 2)))];

    /// <summary>The endless schedule of a seed. Every fault takes the same number of draws.</summary>
    /// <param name="only">Kinds to keep; the others are passed over.</param>
    public static IEnumerable<FaultPlan> Schedule(int seed, IReadOnlyCollection<FaultKind> only)
    {
        Random random = OracleDraws.Generator(seed, stream: 1);
        while (true)
        {
            var plan = new FaultPlan(
                random.Next(2) == 0 ? random.Next(10, 120) : random.Next(100, 500),
                random.Next(2) == 0,
                Bag[random.Next(Bag.Length)],
                random.Next(1, 1 << 20),
                random.Next(4) == 0 ? random.Next(1000, 3500) : random.Next(150, 1000),
                $"{FailPoint.Names[random.Next(FailPoint.Names.Count)]}:{random.Next(1, 4)}");
            if (only.Count == 0 || only.Contains(plan.Kind))
                yield return plan;
        }
    }
}
