using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// Loads that must not be made twice: announced before they are sent, and judged after a crash by their labels. The
/// announcement is itself a load under a label, the witness, into the same database and before the announced one.
/// </summary>
internal sealed class IntentLedger(ProgressStore progress, StreamLoadClient loads, string pipeline, TimeProvider time)
{
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a load of an earlier run may stay under way before it is cancelled.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    /// <summary>The label for the next announcement, which names it as witness in its own rows.</summary>
    public string NewWitness() => Labels.OfIntent(pipeline, Guid.NewGuid());

    /// <summary>Writes down what is about to be loaded. Durable, and to be read, when it returns.</summary>
    /// <exception cref="StarRocksException">The announcement can't be written.</exception>
    public async Task AnnounceAsync(string witness, IEnumerable<ProgressRow> rows, CancellationToken cancellationToken)
    {
        LoadReceipt receipt = await loads.LoadAsync(
            new LoadRequest { Table = ProgressStore.Table, Label = witness, Body = progress.Body(rows), Columns = ProgressStore.LoadColumns },
            cancellationToken).ConfigureAwait(false);
        // A start that reads the row before would not know of the load that follows.
        if (receipt.VisibleLater)
            await UntilVisibleAsync(witness, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What became of an announced load. After false it can't become committed any more, also not by a process that was thought
    /// dead: its label is taken, and <paramref name="undone"/> stands in the announcement's place.
    /// </summary>
    /// <param name="undone">What replaces the announcement when nothing of the load is kept, in one transaction with the taking of its
    /// label: from then on the label says that something was committed, and it was not the load.</param>
    /// <exception cref="PreparationException">Nobody can tell any more.</exception>
    /// <exception cref="StarRocksException">The target can't be asked.</exception>
    public async Task<bool> WasCommittedAsync(string table, string label, string? witness, ProgressRow undone, CancellationToken cancellationToken)
    {
        LabelState state = await SettleLabelAsync(table, label, cancellationToken).ConfigureAwait(false);
        if (state is LabelState.Committed or LabelState.Visible)
            return true;
        // Labels are forgotten, the oldest first (STARROCKS.md, 'most likely to bite', 8). While that of the announcement is
        // known, the later one was never begun; when it is not, unknown means nothing.
        if (state == LabelState.Unknown && witness is not null && await StateAsync(witness, cancellationToken).ConfigureAwait(false) == LabelState.Unknown)
        {
            throw new PreparationException(
                $"nobody can tell any more whether the load {label} into {table} was committed before the pipeline was stopped: StarRocks has forgotten its label. " +
                $"Compare the table's last rows with the source; then either empty the table and delete the pipeline's rows from {ProgressStore.Table} to copy everything again, " +
                $"or, to go on as if the load was never made, change \"witness\" to null in the row of {ProgressStore.Table} whose content names the label");
        }

        return await TakeLabelAsync(label, undone, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The label's state once it can't change by itself any more.</summary>
    public async Task<LabelState> SettleLabelAsync(string table, string label, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            LabelState current = await StateAsync(label, cancellationToken).ConfigureAwait(false);
            if (current is not (LabelState.Prepare or LabelState.Prepared))
                return current;
            if (time.GetElapsedTime(begun) > SettleLimit)
                await TryCancelAsync(table, label, cancellationToken).ConfigureAwait(false);
            await Task.Delay(SettlePause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryCancelAsync(string table, string label, CancellationToken cancellationToken)
    {
        try
        {
            await loads.CancelAsync(table, label, cancellationToken).ConfigureAwait(false);
        }
        catch (StarRocksException error) when (error.Class is ErrorClass.Retryable or ErrorClass.SlowDown or ErrorClass.CheckState)
        {
            // The label is looked at again, and cancelled again.
        }
    }

    /// <summary>
    /// Uses the label for a load of no consequence, since the server lets a label be committed once only: it decides between
    /// us and a process that was suspended and wakes up.
    /// </summary>
    /// <returns>Whether the other one's load was committed.</returns>
    private async Task<bool> TakeLabelAsync(string label, ProgressRow undone, CancellationToken cancellationToken)
    {
        ProgressRow row = ProgressRows.Settled(label, Guid.NewGuid().ToString("N"));
        LoadReceipt receipt = await loads.LoadAsync(
            new LoadRequest { Table = ProgressStore.Table, Label = label, Body = progress.Body([row, undone]), Columns = ProgressStore.LoadColumns },
            cancellationToken).ConfigureAwait(false);
        if (!receipt.SettledByLabel)
            return false;
        if (receipt.AlreadyFinished)
            return true;
        // Somebody committed under the label, and no reply told who: the row does, once it can be seen.
        await UntilVisibleAsync(label, cancellationToken).ConfigureAwait(false);
        string? content = await TargetRetry.RunAsync(() => progress.ReadContentAsync(row.Item, cancellationToken), time, cancellationToken).ConfigureAwait(false);
        return content != row.Content;
    }

    /// <summary>Of a committed load: waits until queries see it.</summary>
    public async Task UntilVisibleAsync(string label, CancellationToken cancellationToken)
    {
        while (await StateAsync(label, cancellationToken).ConfigureAwait(false) == LabelState.Committed)
            await Task.Delay(SettlePause, time, cancellationToken).ConfigureAwait(false);
    }

    private Task<LabelState> StateAsync(string label, CancellationToken cancellationToken) =>
        TargetRetry.RunAsync(() => loads.GetLabelStateAsync(label, cancellationToken), time, cancellationToken);
}
