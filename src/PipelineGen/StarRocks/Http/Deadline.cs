namespace PipelineGen.StarRocks;

/// <summary>A time limit joined with a caller's token, on the given clock.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _joined;

    private Deadline(CancellationTokenSource timer, CancellationTokenSource joined)
    {
        _timer = timer;
        _joined = joined;
    }

    /// <summary>Fires at the limit or with the caller's token.</summary>
    public CancellationToken Token => _joined.Token;

    public static Deadline Start(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var timer = new CancellationTokenSource(limit, time);
        return new Deadline(timer, CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken));
    }

    public void Dispose()
    {
        _joined.Dispose();
        _timer.Dispose();
    }
}
