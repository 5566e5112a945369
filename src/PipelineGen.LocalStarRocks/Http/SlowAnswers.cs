namespace PipelineGen.LocalStarRocks.Http;

internal static class SlowAnswers
{
    /// <summary>The fault <see cref="LocalStarRocksFaults.SlowAnswers"/>.</summary>
    public static Task HoldBackAsync(Cluster cluster, CancellationToken ct) =>
        cluster.Faults.SlowAnswers is { } delay && delay != TimeSpan.Zero ? Task.Delay(delay, cluster.Time, ct) : Task.CompletedTask;
}
