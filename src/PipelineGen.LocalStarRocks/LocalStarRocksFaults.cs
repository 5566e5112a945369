using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks;

/// <summary>Faults to come. Each counts down by one as it strikes; all may be set at any time from any thread.</summary>
public sealed class LocalStarRocksFaults
{
    private int _loseReplies;
    private int _publishTimeouts;
    private int _tooManyVersions;
    private int _redirectsWithoutAuthorization;

    /// <summary>The next N loads are committed, but the connection is reset instead of the reply.</summary>
    public int LoseReplyAfterCommit { get => Volatile.Read(ref _loseReplies); set => Volatile.Write(ref _loseReplies, value); }

    /// <summary>The next N loads are committed and answered with "Publish Timeout".</summary>
    public int PublishTimeout { get => Volatile.Read(ref _publishTimeouts); set => Volatile.Write(ref _publishTimeouts, value); }

    /// <summary>The next N loads fail with "too many versions"; nothing of them is kept.</summary>
    public int TooManyVersions { get => Volatile.Read(ref _tooManyVersions); set => Volatile.Write(ref _tooManyVersions, value); }

    /// <summary>The next N load requests at the FE are redirected without a look at their Authorization: catches clients that lose it on the way to the BE.</summary>
    public int RedirectWithoutAuthorization { get => Volatile.Read(ref _redirectsWithoutAuthorization); set => Volatile.Write(ref _redirectsWithoutAuthorization, value); }

    internal bool TakeLostReply() => Take(ref _loseReplies);

    internal bool TakePublishTimeout() => Take(ref _publishTimeouts);

    internal bool TakeRedirectWithoutAuthorization() => Take(ref _redirectsWithoutAuthorization);

    internal void ThrowIfTooManyVersions()
    {
        if (Take(ref _tooManyVersions))
        {
            throw new LoadFailure("Failed to load data into tablet 10001, because of too many versions, current/limit: 1001/1000. You can reduce the loading job concurrency, or increase loading data batch size. If you are loading data with Routine Load, you can increase FE configs routine_load_task_consume_second and max_routine_load_batch_size,");
        }
    }

    private static bool Take(ref int counter)
    {
        int current = Volatile.Read(ref counter);
        while (current > 0)
        {
            int seen = Interlocked.CompareExchange(ref counter, current - 1, current);
            if (seen == current)
            {
                return true;
            }

            current = seen;
        }

        return false;
    }
}
