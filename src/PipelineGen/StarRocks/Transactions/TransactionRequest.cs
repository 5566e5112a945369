namespace PipelineGen.StarRocks;

/// <summary>A transaction to begin. STARROCKS.md sections 2.1 and 2.8.</summary>
public sealed record TransactionRequest
{
    /// <summary>The label, <c>^[-\w]{1,128}$</c>. A multi-table transaction's can't be used again, not even after a rollback.</summary>
    public required string Label { get; init; }

    /// <summary>The one table of the transaction, or <see langword="null"/> for a multi-table transaction (StarRocks 4.0 and later).</summary>
    public string? Table { get; init; }

    /// <summary>Whether several tables of the database may take part. Such a transaction has no two-phase commit and is lost when the leader frontend restarts.</summary>
    public bool IsMultiTable => Table is null;

    /// <summary>
    /// How long a load, the prepare or the commit may take, 1 s to 3 days, sent in whole seconds with each of them;
    /// <see cref="StarRocksOptions.LoadTimeout"/> when absent.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the transaction may stay unprepared, 1 s to 3 days, sent with begin; <see cref="Timeout"/> when absent.</summary>
    public TimeSpan? OpenTimeout { get; init; }

    /// <summary>How long the transaction may wait between calls, whole seconds; the server's choice when absent.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How long a prepared transaction waits for its commit (3.5.4 and later; older servers ignore it); the server's day when absent.</summary>
    public TimeSpan? PreparedTimeout { get; init; }

    /// <exception cref="ArgumentException">The server would refuse the request for its form.</exception>
    internal void Validate()
    {
        LoadRequest.ValidateLabel(Label);
        if (Table is not null)
        {
            TransactionPart.ValidateTable(Table);
        }

        RequireTime(Timeout, nameof(Timeout));
        RequireTime(OpenTimeout, nameof(OpenTimeout));
        RequireTime(IdleTimeout, nameof(IdleTimeout));
        RequireTime(PreparedTimeout, nameof(PreparedTimeout));
    }

    private void RequireTime(TimeSpan? time, string name)
    {
        if (time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(3))
        {
            throw new ArgumentException($"Transaction {Label}: {name} must be 1 s to 3 days (STARROCKS.md 1.3).", name);
        }
    }
}
