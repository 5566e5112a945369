namespace PipelineGen.StarRocks;

/// <summary>Told before each pause of <see cref="StreamLoadClient.LoadAsync"/> and of the calls of a transaction.</summary>
/// <param name="Table">The table; empty for a call about a whole multi-table transaction.</param>
/// <param name="Label">The label.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
/// <param name="Delay">The pause that follows.</param>
/// <param name="Class">The failure's class.</param>
/// <param name="Reason">The failure's text.</param>
public sealed record RetryNotice(string Table, string Label, int Attempt, TimeSpan Delay, ErrorClass Class, string Reason)
{
    /// <summary>What the server has too little of, where <see cref="Class"/> is <see cref="ErrorClass.SlowDown"/>: reason to load less often.</summary>
    public Shortage Shortage { get; init; }
}
