namespace PipelineGen.Pipeline;

/// <summary>What a verification needs to know to compare sides that move: by what the pipeline's position is to be judged.</summary>
/// <param name="Slot">The pipeline's replication slot.</param>
/// <param name="Publication">Its publication.</param>
/// <param name="TargetDatabase">The StarRocks database, which has <c>_pipelinegen_progress</c>.</param>
public sealed record LiveVerification(string Slot, string Publication, string TargetDatabase)
{
    /// <summary>How long a position may stand still before that is an error.</summary>
    public TimeSpan Wait { get; init; } = DefaultWait;

    /// <summary><see cref="Wait"/>, where nothing else is said.</summary>
    public static TimeSpan DefaultWait { get; } = TimeSpan.FromMinutes(5);
}

/// <summary>How far a verification is.</summary>
/// <param name="Table">The Postgres table.</param>
/// <param name="Chunks">Ranges of keys compared.</param>
/// <param name="Rows">Source rows compared.</param>
/// <param name="EstimatedRows">The planner's estimate of all of them; -1 when it has none.</param>
public sealed record VerificationProgress(string Table, int Chunks, long Rows, long EstimatedRows);
