namespace PipelineGen.StarRocks;

/// <summary>Told before each pause of <see cref="StreamLoadClient.LoadAsync"/>.</summary>
/// <param name="Table">The table.</param>
/// <param name="Label">The label.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
/// <param name="Delay">The pause that follows.</param>
/// <param name="Class">The failure's class.</param>
/// <param name="Reason">The failure's text.</param>
public sealed record RetryNotice(string Table, string Label, int Attempt, TimeSpan Delay, ErrorClass Class, string Reason);
