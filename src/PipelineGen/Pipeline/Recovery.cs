using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// Takes up what an earlier run left, and settles the loads that it may have left under way, before anything is loaded or
/// streamed. An earlier run may have ended between any two lines, or may not have ended at all.
/// </summary>
internal sealed class Recovery(
    PipelineState state, PipelineOptions options, NpgsqlDataSource source, StreamLoadClient loads, TransactionClient transactions, ProgressStore progress, IntentLedger intents, QuarantineLoads quarantine,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(200);

    /// <returns>The source cluster's identifier.</returns>
    /// <exception cref="PreparationException">A person has to decide.</exception>
    public async Task<string> RunAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        string system = await SourceIdentity.ReadAsync(options.SourceConnectionString, cancellationToken).ConfigureAwait(false);
        StoredProgress stored = await SettleTransactionsAsync(preparation.Progress, cancellationToken).ConfigureAwait(false);
        if (stored.Position is { } position)
            RestorePosition(position, system);
        else
        {
            // Written before anything is streamed: from here on a slot that was made anew is noticed.
            Lsn start = preparation.Slot!.ConfirmedFlush;
            await progress.WriteAsync(new StoredPosition(start, system, new Dictionary<string, IReadOnlyList<ulong>>()), cancellationToken).ConfigureAwait(false);
            state.AdvanceDurable(start);
        }

        state.Received = state.Durable;
        SourceServer server = await ReadServerAsync(cancellationToken).ConfigureAwait(false);
        foreach (TableLane lane in state.Lanes)
        {
            lane.NotBefore = server.Snapshot.Xmax;
            await SettleChangesAsync(lane, cancellationToken).ConfigureAwait(false);
            if (stored.Appends.FirstOrDefault(a => a.Table == lane.Layout.FullName) is { } append)
                await RestoreAppendAsync(lane, append, cancellationToken).ConfigureAwait(false);
            if (stored.Ranges.FirstOrDefault(r => r.Table == lane.Layout.FullName) is { } range)
                await RestoreRangeAsync(lane, range, cancellationToken).ConfigureAwait(false);
        }

        // When nothing of an earlier run is under way any more, and it is known which tables are copied.
        await quarantine.RestoreAsync(cancellationToken).ConfigureAwait(false);
        // Loaded ahead of the position, table by table: until the stream has passed that, the tables are of different moments.
        if (state.Lanes.Any(static l => l.LoadsSinceCheckpoint > 0) || state.Quarantine.LoadsSinceCheckpoint > 0 || state.Lanes.Any(l => l.Appends?.Applied.Commit >= state.Durable))
            state.ConsistentFrom = server.CurrentWal;
        return system;
    }

    /// <summary>
    /// Ends the transactions that an earlier run began after the position: rolls back what is open, and where one was committed
    /// after all, takes the position that came with it. Their labels count up from the position, each taken only when those
    /// before it are known to the server; a second unknown one is asked for because a restarted frontend forgets open ones.
    /// </summary>
    internal async Task<StoredProgress> SettleTransactionsAsync(StoredProgress stored, CancellationToken cancellationToken)
    {
        int unknown = 0;
        for (int begun = 0; stored.Position is { } position && unknown < 2; begun++)
        {
            string label = Labels.OfTransaction(state.Definition.Name, position.Position, begun);
            if (await loads.GetLabelStateAsync(label, cancellationToken).ConfigureAwait(false) == LabelState.Unknown)
            {
                unknown++;
                continue;
            }

            unknown = 0;
            bool isCommitted = await EndTransactionAsync(label, cancellationToken).ConfigureAwait(false);
            Log.TransactionSettled(logger, label, isCommitted ? "committed" : "rolled back");
            if (!isCommitted)
                continue;
            stored = await progress.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (stored.Position?.Position != position.Position)
                begun = -1;
        }

        return stored;
    }

    /// <returns>Whether it was committed; its rows can be seen then.</returns>
    private async Task<bool> EndTransactionAsync(string label, CancellationToken cancellationToken)
    {
        var recovery = new TransactionRecovery(transactions);
        while (true)
        {
            switch (await recovery.SettleAsync(label, wasPreparedAndStored: false, table: null, cancellationToken).ConfigureAwait(false))
            {
                case TransactionOutcome.NothingKept:
                    return false;
                case TransactionOutcome.Committed { VisibleLater: false }:
                    return true;
            }

            await Task.Delay(SettlePause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void RestorePosition(StoredPosition stored, string system)
    {
        if (stored.SystemIdentifier != system)
        {
            throw new PreparationException(
                $"the stored position {stored.Position} belongs to the Postgres cluster {stored.SystemIdentifier}, and Source:ConnectionString leads to {system}: positions of one mean nothing on another. " +
                $"Connect to the former, or delete the pipeline's rows from {ProgressStore.Table} and empty the target tables to copy everything from the new one");
        }

        state.AdvanceDurable(stored.Position);
        foreach (TableLane lane in state.Lanes)
        {
            if (stored.Dropped.TryGetValue(lane.Layout.FullName, out IReadOnlyList<ulong>? xids))
                lane.RestoreDropped(xids);
        }
    }

    /// <summary>Read when slot and publication are there: what is running now may have written before they were (F14).</summary>
    private async Task<SourceServer> ReadServerAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for the loads of an earlier run that may still be under way after this checkpoint. One that commits late, after
    /// newer changes of this run, would bring old values back. A load that can commit has registered its label before its
    /// body was sent, so asking for the labels finds all of them.
    /// </summary>
    private async Task SettleChangesAsync(TableLane lane, CancellationToken cancellationToken)
    {
        if (lane.Appends is not null)
            return; // announced, each of them
        while (true)
        {
            LabelState label = await intents.SettleLabelAsync(lane.Layout.TargetTable, Labels.OfChanges(lane, state.Durable), cancellationToken).ConfigureAwait(false);
            if (label is LabelState.Unknown or LabelState.Aborted)
                return;
            lane.LoadsSinceCheckpoint++;
        }
    }

    /// <summary>The last load into an append table: in the target, or not and never any more.</summary>
    internal async Task RestoreAppendAsync(TableLane lane, StoredAppend stored, CancellationToken cancellationToken)
    {
        if (stored.Intent is not { } intent)
        {
            lane.Appends?.Advance(stored.Applied);
            return;
        }

        // The position is written when all loads before it are committed, so it answers for labels that are long forgotten.
        bool isCommitted = intent.To.Commit < state.Durable;
        if (!isCommitted)
        {
            isCommitted = await intents.WasCommittedAsync(
                lane.Layout.TargetTable, intent.Label, intent.Witness, ProgressRows.Of(stored with { Intent = null }), cancellationToken).ConfigureAwait(false);
            // Also for the day when the label is forgotten.
            if (isCommitted)
                await progress.WriteAsync([new StoredAppend(stored.Table, intent.To, null)], cancellationToken).ConfigureAwait(false);
        }

        lane.Appends?.Advance(isCommitted ? intent.To : stored.Applied);
        Log.AppendSettled(logger, lane.Layout.FullName, intent.Label, isCommitted ? "in the target" : "not in the target; its rows are loaded again");
    }

    /// <summary>
    /// The rejected rows of a chunk that came to nothing: the next chunk takes them out, so it must see them, and none may
    /// come after it.
    /// </summary>
    private async Task SettleChunkQuarantineAsync(StoredRange range, CancellationToken cancellationToken)
    {
        string label = Labels.OfChunkQuarantine(state.Definition.Name, range.Label);
        // Without the witness: whether they were loaded, which a forgotten label doesn't tell, makes no difference here.
        await intents.WasCommittedAsync(QuarantineTable.Name, label, witness: null, ProgressRows.Of(range with { IsAbandoned = true }), cancellationToken).ConfigureAwait(false);
        await intents.UntilVisibleAsync(label, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The crash rule of POSTGRES.md, section 2: the state of the chunk's label decides.</summary>
    internal async Task RestoreRangeAsync(TableLane lane, StoredRange range, CancellationToken cancellationToken)
    {
        lane.ChunkAttempts = range.Attempt;
        bool isLoaded = range.IsLoaded;
        if (range is { IsLoaded: false, IsAbandoned: false })
        {
            isLoaded = await intents.WasCommittedAsync(
                lane.Layout.TargetTable, range.Label, range.Witness, ProgressRows.Of(range with { IsAbandoned = true }), cancellationToken).ConfigureAwait(false);
            Log.ChunkSettled(logger, lane.Layout.FullName, range.Label, isLoaded ? "in the target" : "not in the target; it is begun again");
            if (isLoaded)
                await progress.WriteAsync(range with { IsLoaded = true }, cancellationToken).ConfigureAwait(false);
        }

        if (!isLoaded)
        {
            // Also of a range that an earlier run has abandoned: it may have ended before it came to this. And also where the
            // table has the policy no more.
            if (state.Quarantine.TableExists)
                await SettleChunkQuarantineAsync(range, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Never so by the rules of SnapshotRunner; and if it were, changes would be missing for ever.
        if (!range.IsLoaded && lane.DroppedTransactions.Any(xid => !range.Snapshot.Sees(xid)))
            throw new PreparationException($"the copy of {lane.Layout.FullName} (label {range.Label}) is in the target and does not see changes that were dropped for it. Empty the target tables and delete the pipeline's rows from {ProgressStore.Table} to copy again");
        lock (state.Gate)
        {
            lane.CompleteChunk(range.Snapshot, range.Fence);
            lane.Counters.RowsCopied = range.Rows;
        }

        state.RaiseWanted(range.Fence);
    }
}
