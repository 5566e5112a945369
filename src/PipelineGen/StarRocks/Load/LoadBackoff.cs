namespace PipelineGen.StarRocks;

/// <summary>Pauses between attempts: doubling, capped, with jitter so that many tables don't come back in step.</summary>
internal sealed class LoadBackoff(int? seed)
{
    private readonly Random _random = seed is { } known ? new Random(known) : new Random();
    private readonly Lock _gate = new();

    /// <summary>The longest pause of a class. Too many versions or too little memory heal by compaction, which takes minutes.</summary>
    public static TimeSpan Cap(ErrorClass errorClass) => TimeSpan.FromSeconds(errorClass == ErrorClass.SlowDown ? 60 : 30);

    /// <summary>The pause after a failure.</summary>
    /// <param name="errorClass">The failure's class.</param>
    /// <param name="retry">How many pauses came before, from 0.</param>
    public TimeSpan Pause(ErrorClass errorClass, int retry)
    {
        TimeSpan first = errorClass == ErrorClass.SlowDown ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(0.5);
        double full = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(retry, 30)), Cap(errorClass).TotalSeconds);
        double share;
        lock (_gate)
        {
            share = _random.NextDouble();
        }

        return TimeSpan.FromSeconds(full * (0.5 + (share / 2)));
    }
}
