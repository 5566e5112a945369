using System.Globalization;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks;

/// <summary>
/// Faults to come (STARROCKS.md, 10.6). Counters count down by one as they strike, durations hold until they are set back to
/// zero; all may be set at any time from any thread, or by HTTP: <c>PUT /api/_stand_in/faults?lose_reply_after_commit=2</c>.
/// </summary>
public sealed class LocalStarRocksFaults
{
    private readonly int[] _left = new int[Enum.GetValues<Fault>().Length];
    private long _slowPublishTicks;
    private long _slowAnswersTicks;

    /// <summary>The next N commits (of loads, transactions and merge commits) are done, but the connection is reset instead of the reply.</summary>
    public int LoseReplyAfterCommit { get => Get(Fault.LoseReplyAfterCommit); set => Set(Fault.LoseReplyAfterCommit, value); }

    /// <summary>The next N prepares of transactions are done, but the connection is reset instead of the reply.</summary>
    public int LoseReplyAfterPrepare { get => Get(Fault.LoseReplyAfterPrepare); set => Set(Fault.LoseReplyAfterPrepare, value); }

    /// <summary>The next N plain loads and one-step commits are committed and answered with "Publish Timeout" (PUBLISH_TIMEOUT for transactions).</summary>
    public int PublishTimeout { get => Get(Fault.PublishTimeout); set => Set(Fault.PublishTimeout, value); }

    /// <summary>The next N commits of PREPARED transactions, or of transactions over several tables, are done, but answered FAILED "publish timeout: 20000, transactionId=N".</summary>
    public int CommitTimeout { get => Get(Fault.CommitTimeout); set => Set(Fault.CommitTimeout, value); }

    /// <summary>The next N loads, prepares or one-step commits fail with "too many versions"; nothing of them is kept.</summary>
    public int TooManyVersions { get => Get(Fault.TooManyVersions); set => Set(Fault.TooManyVersions, value); }

    /// <summary>The next N loads or load calls of transactions fail with "Mem usage has exceed the limit of load"; nothing of them is kept.</summary>
    public int MemoryLimit { get => Get(Fault.MemoryLimit); set => Set(Fault.MemoryLimit, value); }

    /// <summary>The next N loads or begins fail with "current running txns on db .. larger than limit ..".</summary>
    public int RunningTransactionLimit { get => Get(Fault.RunningTransactionLimit); set => Set(Fault.RunningTransactionLimit, value); }

    /// <summary>The next N load, prepare or commit calls of transactions at the BE are answered TXN_IN_PROCESSING, and nothing happens.</summary>
    public int TransactionInProcessing { get => Get(Fault.TransactionInProcessing); set => Set(Fault.TransactionInProcessing, value); }

    /// <summary>The next N load requests at the FE are redirected without a look at their Authorization: catches clients that lose it on the way to the BE.</summary>
    public int RedirectWithoutAuthorization { get => Get(Fault.RedirectWithoutAuthorization); set => Set(Fault.RedirectWithoutAuthorization, value); }

    /// <summary>The next N load requests at the FE are redirected to the FE itself.</summary>
    public int RedirectLoop { get => Get(Fault.RedirectLoop); set => Set(Fault.RedirectLoop, value); }

    /// <summary>The next N load and begin requests at the FE find "No backend alive.".</summary>
    public int NoBackendAlive { get => Get(Fault.NoBackendAlive); set => Set(Fault.NoBackendAlive, value); }

    /// <summary>The next N requests at the FE (but not those of the stand-in's own admin path) are answered with HTTP 500.</summary>
    public int FrontendError { get => Get(Fault.FrontendError); set => Set(Fault.FrontendError, value); }

    /// <summary>The next N load requests at the BE meet a connection reset before "100 Continue": no transaction begins.</summary>
    public int ResetBeforeContinue { get => Get(Fault.ResetBeforeContinue); set => Set(Fault.ResetBeforeContinue, value); }

    /// <summary>The next N load requests at the BE meet a connection reset in the middle of their body; their transaction is aborted.</summary>
    public int ResetInBody { get => Get(Fault.ResetInBody); set => Set(Fault.ResetInBody, value); }

    /// <summary>
    /// How long a commit stays COMMITTED, its rows unseen, before it becomes VISIBLE. Set back to zero, waiting ones are published at once;
    /// <see cref="Timeout.InfiniteTimeSpan"/> holds them until then. They survive a restart.
    /// </summary>
    public TimeSpan SlowPublish
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _slowPublishTicks));
        set
        {
            Volatile.Write(ref _slowPublishTicks, Duration(value).Ticks);
            SlowPublishChanged?.Invoke();
        }
    }

    /// <summary>How long every answer to a load or transaction request is held back, at FE and BE each.</summary>
    public TimeSpan SlowAnswers
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _slowAnswersTicks));
        set => Volatile.Write(ref _slowAnswersTicks, Duration(value).Ticks);
    }

    internal event Action? SlowPublishChanged;

    internal bool Take(Fault fault)
    {
        ref int counter = ref _left[(int)fault];
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

    internal void ThrowIfTooManyVersions()
    {
        if (Take(Fault.TooManyVersions))
        {
            throw new LoadFailure("Failed to load data into tablet 10001, because of too many versions, current/limit: 1001/1000. You can reduce the loading job concurrency, or increase loading data batch size. If you are loading data with Routine Load, you can increase FE configs routine_load_task_consume_second and max_routine_load_batch_size,");
        }
    }

    internal void ThrowIfMemoryLimit()
    {
        if (Take(Fault.MemoryLimit))
        {
            throw new LoadFailure("Memory of load exceed limit. Start execute plan fragment. Used: 1073741824, Limit: 1073741824. Mem usage has exceed the limit of load, You can change the limit by modifying [load_process_max_memory_limit_percent] or [load_process_max_memory_limit_bytes]");
        }
    }

    /// <summary>All faults by their names on the admin path; durations in milliseconds.</summary>
    internal IEnumerable<(string Name, long Value)> List()
    {
        foreach (Fault fault in Enum.GetValues<Fault>())
        {
            yield return (NameOf(fault), Get(fault));
        }

        yield return ("slow_publish_ms", Milliseconds(SlowPublish));
        yield return ("slow_answers_ms", Milliseconds(SlowAnswers));
    }

    /// <summary>Sets a fault by its name on the admin path. Null, or what is wrong.</summary>
    internal string? TrySet(string name, string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) || value < -1 || value > int.MaxValue)
        {
            return $"{name}: expected a number, found '{text}'";
        }

        switch (name)
        {
            case "slow_publish_ms":
                SlowPublish = TimeSpan.FromMilliseconds(value);
                return null;
            case "slow_answers_ms" when value >= 0:
                SlowAnswers = TimeSpan.FromMilliseconds(value);
                return null;
        }

        foreach (Fault fault in Enum.GetValues<Fault>())
        {
            if (NameOf(fault) == name && value >= 0)
            {
                Set(fault, (int)value);
                return null;
            }
        }

        return value < 0 ? $"{name}: expected a number from 0, found {value}" : $"unknown fault '{name}'; known: {string.Join(", ", List().Select(f => f.Name))}";
    }

    private static string NameOf(Fault fault) =>
        string.Concat(fault.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));

    private static TimeSpan Duration(TimeSpan value) =>
        value >= TimeSpan.Zero || value == Timeout.InfiniteTimeSpan ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Durations are not negative");

    private static long Milliseconds(TimeSpan value) => (long)value.TotalMilliseconds;

    private int Get(Fault fault) => Volatile.Read(ref _left[(int)fault]);

    private void Set(Fault fault, int value) => Volatile.Write(ref _left[(int)fault], value);
}

/// <summary>Those that count down.</summary>
internal enum Fault
{
    LoseReplyAfterCommit,
    LoseReplyAfterPrepare,
    PublishTimeout,
    CommitTimeout,
    TooManyVersions,
    MemoryLimit,
    RunningTransactionLimit,
    TransactionInProcessing,
    RedirectWithoutAuthorization,
    RedirectLoop,
    NoBackendAlive,
    FrontendError,
    ResetBeforeContinue,
    ResetInBody,
}
