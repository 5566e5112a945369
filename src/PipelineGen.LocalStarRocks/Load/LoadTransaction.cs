namespace PipelineGen.LocalStarRocks.Load;

internal enum LabelState { Prepare, Prepared, Committed, Visible, Aborted }

/// <summary>What SHOW TRANSACTION calls LoadJobSourceType (STARROCKS.md, 2.5).</summary>
internal enum LoadSource { BackendStreaming, MultiStatementStreaming, InsertStreaming }

/// <summary>What a load counted.</summary>
internal readonly record struct LoadCounts(long Total, long Loaded, long Filtered, long Unselected, long Bytes);

/// <summary>What a transaction begins with.</summary>
internal sealed record LoadStart(string Database, string Label)
{
    /// <summary>From PREPARE to PREPARED or COMMITTED (STARROCKS.md, 2.4).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between two calls; zero for no limit.</summary>
    public TimeSpan IdleTimeout { get; init; }

    public LoadSource Source { get; init; } = LoadSource.BackendStreaming;
}

/// <summary>One load transaction. State and times are moved by the <see cref="LabelRegistry"/> only, under its lock.</summary>
internal sealed class LoadTransaction(long id, string database, string label)
{
    // prepared_transaction_default_timeout_second
    public static readonly TimeSpan StandardPreparedTimeout = TimeSpan.FromSeconds(86_400);

    public long Id { get; } = id;
    public string Database { get; } = database;
    public string Label { get; } = label;
    public LabelState State { get; set; } = LabelState.Prepare;
    public string Reason { get; set; } = "";
    public LoadSource Source { get; init; }
    public DateTimeOffset PrepareTime { get; init; }
    public DateTimeOffset? PreparedTime { get; set; }
    public DateTimeOffset? CommitTime { get; set; }

    /// <summary>When publishing began.</summary>
    public DateTimeOffset? PublishTime { get; set; }

    /// <summary>When it became VISIBLE or ABORTED.</summary>
    public DateTimeOffset? FinishTime { get; set; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(600);
    /// <summary>Between two calls; zero for no limit.</summary>
    public TimeSpan IdleTimeout { get; init; }
    public DateTimeOffset? IdleDeadline { get; set; }
    public TimeSpan PreparedTimeout { get; set; } = StandardPreparedTimeout;

    /// <summary><c>TableDefinition.Id</c> of every table it loads into; guarded by the registry.</summary>
    public HashSet<long> TableIds { get; private set; } = [];

    public LoadCounts Counts { get; set; }
    public string? ErrorUrl { get; set; }

    /// <summary>As SHOW TRANSACTION prints it: who began the transaction, and on what host.</summary>
    public string Coordinator => Source == LoadSource.BackendStreaming ? "BE: 127.0.0.1" : "FE: 127.0.0.1";

    /// <summary>As SHOW TRANSACTION prints it.</summary>
    public string SourceType => Source switch
    {
        LoadSource.MultiStatementStreaming => "MULTI_STATEMENT_STREAMING",
        LoadSource.InsertStreaming => "INSERT_STREAMING",
        _ => "BACKEND_STREAMING",
    };

    public bool IsOpen => State is LabelState.Prepare or LabelState.Prepared or LabelState.Committed;

    /// <summary>When it is aborted if nothing happens; COMMITTED ones are not.</summary>
    public DateTimeOffset Deadline => State switch
    {
        LabelState.Prepare when IdleDeadline < PrepareTime + Timeout => IdleDeadline.Value,
        LabelState.Prepare => PrepareTime + Timeout,
        LabelState.Prepared => (PreparedTime ?? PrepareTime) + PreparedTimeout,
        _ => DateTimeOffset.MaxValue,
    };

    /// <summary>Why it ends at <see cref="Deadline"/>: the BE's words, or the FE's (STARROCKS.md, 2.4).</summary>
    public string TimeoutReason => State == LabelState.Prepare && IdleDeadline < PrepareTime + Timeout
        ? $"transaction is aborted by idle timeout {(long)IdleTimeout.TotalSeconds} seconds."
        : "timeout by txn manager";

    public LoadTransaction Copy()
    {
        var copy = (LoadTransaction)MemberwiseClone();
        copy.TableIds = [.. TableIds];
        return copy;
    }
}
