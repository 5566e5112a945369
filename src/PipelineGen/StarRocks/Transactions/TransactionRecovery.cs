namespace PipelineGen.StarRocks;

/// <summary>Ends transactions of an earlier run, or of unknown outcome, by the table of STARROCKS.md section 2.6.</summary>
public sealed class TransactionRecovery
{
    private readonly TransactionClient _client;

    /// <summary>Works through <paramref name="client"/>, which stays the caller's.</summary>
    public TransactionRecovery(TransactionClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    /// <summary>Finds out what became of a transaction and ends it: commits what was prepared and stored, rolls back anything else that is open.</summary>
    /// <param name="label">The transaction's label.</param>
    /// <param name="wasPreparedAndStored">
    /// Whether it was prepared and the caller durably stored that it will be committed: then PREPARED is committed, and a label
    /// that the server has forgotten is Unknown. Otherwise PREPARED is rolled back, and a label that the server doesn't know kept nothing.
    /// </param>
    /// <param name="table">The transaction's table; <see langword="null"/> for a multi-table transaction, which can't be prepared.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <returns>
    /// Committed: done. NothingKept: send the rows again (under a new label if it was a multi-table transaction).
    /// Unknown: still open, until its timeout; or forgotten: compare with the position that is stored in StarRocks.
    /// </returns>
    /// <exception cref="ArgumentException">The label is none.</exception>
    /// <exception cref="StarRocksLoadException">No frontend could be asked (Retryable), or access was denied (Final).</exception>
    public async Task<TransactionOutcome> SettleAsync(string label, bool wasPreparedAndStored, string? table, CancellationToken cancellationToken)
    {
        LoadRequest.ValidateLabel(label);
        if (table is not null)
        {
            TransactionPart.ValidateTable(table);
        }

        ObjectDisposedException.ThrowIf(_client.Disposed.IsCancellationRequested, _client);
        using CancellationTokenSource joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _client.Disposed);
        TransactionCalls calls = _client.Calls;
        var name = new TransactionName(label, table, IsMultiTable: table is null, calls.Options.LoadTimeout);
        LabelState state = await calls.Labels.GetStateAsync(label, joined.Token).ConfigureAwait(false);
        return state switch
        {
            LabelState.Visible => new TransactionOutcome.Committed(VisibleLater: false) { SettledByLabel = true },
            LabelState.Committed => new TransactionOutcome.Committed(VisibleLater: true) { SettledByLabel = true },
            LabelState.Prepared when wasPreparedAndStored => await calls.Ending.CommitPreparedAsync(name, joined.Token).ConfigureAwait(false),
            LabelState.Prepared or LabelState.Prepare => await calls.Ending.RollbackAsync(name, joined.Token).ConfigureAwait(false),
            LabelState.Aborted => new TransactionOutcome.NothingKept("the transaction was aborted"),
            _ when wasPreparedAndStored => new TransactionOutcome.Unknown("the server has forgotten the label; compare with the position that is stored in StarRocks"),
            _ => new TransactionOutcome.NothingKept("the server doesn't know the label"),
        };
    }
}
