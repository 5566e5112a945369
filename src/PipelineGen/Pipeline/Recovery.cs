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
internal sealed class Recovery(CopyContext context, TransactionClient transactions)
{
    private readonly PipelineState _state = context.State;
    private readonly PipelineOptions _options = context.Options;
    private readonly NpgsqlDataSource _source = context.Source;
    private readonly StreamLoadClient _loads = context.Loads;
    private readonly ProgressStore _progress = context.Progress;
    private readonly IntentLedger _intents = context.Intents;
    private readonly QuarantineLoads _quarantine = context.Quarantine;
    private readonly TableRestart _restart = new(context);
    private readonly TimeProvider _time = context.Time;
    private readonly ILogger _logger = context.Logger;

    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(200);

    /// <returns>The source cluster's identifier.</returns>
    /// <exception cref="PreparationException">A person has to decide.</exception>
    public async Task<string> RunAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        SourceIdentity source = await SourceIdentity.ReadAsync(_options.SourceConnectionString, cancellationToken).ConfigureAwait(false);
        string system = source.System;
        StoredProgress stored = await SettleTransactionsAsync(preparation.Progress, cancellationToken).ConfigureAwait(false);
        if (stored.Position is { } position)
        {
            RestorePosition(position, system);
            if (await SourceIdentity.FindGapAsync(_source, source.Timeline, position.Timeline, position.Position, _logger, cancellationToken).ConfigureAwait(false) is { } gap)
                throw new PreparationException($"{gap}. The target may hold rows that the server never had: empty the target tables, delete the pipeline's rows from {ProgressStore.Table}, and start again to copy everything");
            _state.Timeline = source.Timeline;
        }
        else
        {
            // Written before anything is streamed: from here on a slot that was made anew is noticed.
            Lsn start = preparation.Slot!.ConfirmedFlush;
            _state.Timeline = source.Timeline;
            await _progress.WriteAsync(new StoredPosition(start, system, new Dictionary<string, IReadOnlyList<ulong>>(), source.Timeline), cancellationToken).ConfigureAwait(false);
            _state.AdvanceDurable(start);
        }

        _state.Received = _state.Durable;
        SourceServer server = await ReadServerAsync(cancellationToken).ConfigureAwait(false);
        foreach (TableLane lane in _state.Lanes)
        {
            await SettleChangesAsync(lane, cancellationToken).ConfigureAwait(false);
            if (stored.Appends.FirstOrDefault(a => a.Table == lane.Layout.FullName) is { } append)
                await RestoreAppendAsync(lane, append, cancellationToken).ConfigureAwait(false);
            await RestoreTableAsync(lane, stored, server.Snapshot.Xmax, cancellationToken).ConfigureAwait(false);
        }

        // When nothing of an earlier run is under way any more.
        await _quarantine.RestoreAsync(cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.Recovered);
        // Loaded ahead of the position, table by table: until the stream has passed that, the tables are of different moments.
        if (_state.Lanes.Any(static l => l.LoadsSinceCheckpoint > 0) || _state.Quarantine.LoadsSinceCheckpoint > 0 || _state.Lanes.Any(l => l.Appends?.Applied.Commit >= _state.Durable))
            _state.ConsistentFrom = server.CurrentWal;
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
            string label = Labels.OfTransaction(_state.Definition.Name, position.Position, begun);
            if (await _loads.GetLabelStateAsync(label, cancellationToken).ConfigureAwait(false) == LabelState.Unknown)
            {
                unknown++;
                continue;
            }

            unknown = 0;
            bool isCommitted = await EndTransactionAsync(label, cancellationToken).ConfigureAwait(false);
            Log.TransactionSettled(_logger, label, isCommitted ? "committed" : "rolled back");
            if (!isCommitted)
                continue;
            stored = await _progress.ReadAsync(cancellationToken).ConfigureAwait(false);
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

            await Task.Delay(SettlePause, _time, cancellationToken).ConfigureAwait(false);
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

        _state.AdvanceDurable(stored.Position);
        foreach (TableLane lane in _state.Lanes)
        {
            if (stored.Dropped.TryGetValue(lane.Layout.FullName, out IReadOnlyList<ulong>? xids))
                lane.RestoreDropped(xids);
        }
    }

    /// <summary>Read when slot and publication are there: what is running now may have written before they were (F14).</summary>
    private async Task<SourceServer> ReadServerAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
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
            LabelState label = await _intents.SettleLabelAsync(lane.Layout.TargetTable, Labels.OfChanges(lane, _state.Durable), cancellationToken).ConfigureAwait(false);
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
        bool isCommitted = intent.To.Commit < _state.Durable;
        if (!isCommitted)
        {
            isCommitted = await _intents.WasCommittedAsync(
                lane.Layout.TargetTable, intent.Label, intent.Witness, ProgressRows.Of(stored with { Intent = null }), cancellationToken).ConfigureAwait(false);
            // Also for the day when the label is forgotten.
            if (isCommitted)
                await _progress.WriteAsync([new StoredAppend(stored.Table, intent.To, null)], cancellationToken).ConfigureAwait(false);
        }

        lane.Appends?.Advance(isCommitted ? intent.To : stored.Applied);
        Log.AppendSettled(_logger, lane.Layout.FullName, intent.Label, isCommitted ? "in the target" : "not in the target; its rows are loaded again");
    }

    /// <param name="running">Transactions from this one on began when slot and publication were there (F14).</param>
    internal async Task RestoreTableAsync(TableLane lane, StoredProgress stored, ulong running, CancellationToken cancellationToken)
    {
        StoredTable table = stored.Find(lane.Layout.FullName) ?? await BeginTableAsync(lane, running, cancellationToken).ConfigureAwait(false);
        lane.NotBefore = table.NotBefore;
        // What an earlier run has received is not known one by one; nor is whether snapshots see it yet (F2).
        lane.HighestReceived = Math.Max(lane.HighestReceived, running - 1);
        lane.Copy.Started = table.Started;
        lane.Copy.NextNumber = table.NextNumber;
        StoredRange[] ranges = [.. stored.Ranges.Where(r => r.Table == table.Table)];
        foreach (StoredRange range in ranges)
        {
            lane.Copy.StoredNumbers.Add(range.Number);
            lane.Copy.NextNumber = Math.Max(lane.Copy.NextNumber, range.Number + 1);
        }

        switch (table.State)
        {
            case CopyState.Copied:
                RestoreCopied(lane, table);
                // The run that wrote this was stopped before it came to it.
                await _progress.DeleteRangesAsync(table.Table, lane.Copy.StoredNumbers, cancellationToken).ConfigureAwait(false);
                lane.Copy.StoredNumbers.Clear();
                break;
            case CopyState.Restarting:
                foreach (StoredRange range in ranges)
                    await SettleRangeAsync(lane, range, cancellationToken).ConfigureAwait(false);
                await _restart.EmptyAsync(lane, table, cancellationToken).ConfigureAwait(false);
                break;
            case CopyState.Copying when table.Pieces > 0:
                await RestartPiecesAsync(lane, table, cancellationToken).ConfigureAwait(false);
                break;
            default:
                // Lower numbers are of before the table was last copied again; only a process that was suspended meanwhile writes them.
                await RestoreRangesAsync(lane, [.. ranges.Where(r => r.Number >= table.NextNumber)], cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>A table that is new in the pipeline.</summary>
    private async Task<StoredTable> BeginTableAsync(TableLane lane, ulong running, CancellationToken cancellationToken)
    {
        // Where somebody has deleted the pipeline's _progress, its quarantine may still have rows.
        StoredTable table = await _quarantine.HasRowsAsync(lane, cancellationToken).ConfigureAwait(false)
            ? _restart.Restarting(lane, running)
            : new StoredTable(lane.Layout.FullName, CopyState.Copying, running, NextNumber: 0, Rows: 0, Bytes: 0, _time.GetUtcNow());
        await _progress.WriteAsync(table, cancellationToken).ConfigureAwait(false);
        return table;
    }

    private void RestoreCopied(TableLane lane, StoredTable table)
    {
        lock (_state.Gate)
        {
            // Of an append table the one snapshot decides until the stream is past its fence.
            lane.CompleteChunk(lane.Ranges[0], table.Snapshot ?? TransactionSnapshot.Empty, table.Fence);
            lane.Copy.IsRecorded = table.Snapshot is null;
            lane.Counters.Restore(table.Rows, table.Bytes);
        }

        if (table.Snapshot is not null)
            _state.RaiseWanted(table.Fence);
    }

    /// <summary>The one snapshot of an append table is lost with the run that held it: its pieces go, and it begins again.</summary>
    private async Task RestartPiecesAsync(TableLane lane, StoredTable table, CancellationToken cancellationToken)
    {
        for (int piece = 0; piece < table.Pieces; piece++)
        {
            // None may come after the table is emptied, also none of a process that was only thought dead.
            string label = Labels.OfPiece(table.Label!, piece);
            await _intents.WasCommittedAsync(lane.Layout.TargetTable, label, witness: null, ProgressRows.Of(table), cancellationToken).ConfigureAwait(false);
            await _quarantine.SettleChunkAsync(label, ProgressRows.Of(table), cancellationToken).ConfigureAwait(false);
        }

        StoredTable restarting = _restart.Restarting(lane, table.NotBefore);
        await _progress.WriteAsync(restarting, cancellationToken).ConfigureAwait(false);
        Log.TableRestarts(_logger, lane.Layout.FullName);
        await _restart.EmptyAsync(lane, restarting, cancellationToken).ConfigureAwait(false);
    }

    private async Task RestoreRangesAsync(TableLane lane, StoredRange[] ranges, CancellationToken cancellationToken)
    {
        var loaded = new List<StoredRange>();
        foreach (StoredRange range in ranges)
        {
            if (await SettleRangeAsync(lane, range, cancellationToken).ConfigureAwait(false))
                loaded.Add(range);
            else
                lane.Copy.FreeNumbers.Enqueue(range.Number);
        }

        if (loaded.Count == 0)
            return;
        lock (_state.Gate)
        {
            IReadOnlyList<TableRange> restored = lane.Ranges.Restore([.. loaded.Select(static r => r.Keys)], lane.Keys!.Encode);
            for (int i = 0; i < restored.Count; i++)
            {
                restored[i].Number = loaded[i].Number;
                lane.CompleteChunk(restored[i], loaded[i].Snapshot, loaded[i].Fence);
            }

            lane.Counters.Restore(loaded.Sum(static r => r.Rows), loaded.Sum(static r => r.Bytes));
        }

        if (lane.IsCopied)
            _state.RaiseWanted(lane.Fence);
    }

    /// <summary>The crash rule of POSTGRES.md, section 2: the state of the chunk's label decides.</summary>
    /// <returns>Whether the range is in the target; if not, nothing of it is, nor will be.</returns>
    internal async Task<bool> SettleRangeAsync(TableLane lane, StoredRange range, CancellationToken cancellationToken)
    {
        bool isLoaded = range.State == RangeOutcome.Loaded;
        if (range.State == RangeOutcome.InFlight)
        {
            isLoaded = await _intents.WasCommittedAsync(
                lane.Layout.TargetTable, range.Label, range.Witness, ProgressRows.Of(range with { State = RangeOutcome.Abandoned }), cancellationToken).ConfigureAwait(false);
            Log.ChunkSettled(_logger, lane.Layout.FullName, range.Label, isLoaded ? "in the target" : "not in the target; it is begun again");
            if (isLoaded)
                await _progress.WriteAsync(range with { State = RangeOutcome.Loaded }, cancellationToken).ConfigureAwait(false);
        }

        // Also of a range that an earlier run has abandoned: it may have ended before it came to this.
        if (!isLoaded)
            await _quarantine.UndoChunkAsync(lane, range with { State = RangeOutcome.Abandoned }, cancellationToken).ConfigureAwait(false);
        return isLoaded;
    }
}
