using Microsoft.Extensions.Logging;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>Changes that are loaded together, and the position that is durable afterwards.</summary>
/// <param name="Checkpoint">Null when the batch ends inside a transaction or while a chunk holds changes back.</param>
internal sealed record FlushCycle(IReadOnlyList<(TableLane Lane, LoadQueue Queue)> Work, StoredPosition? Checkpoint);

/// <summary>Loads changes, then persists the position. Tables side by side, a table's steps one after the other.</summary>
internal sealed class Loader(PipelineState state, StreamLoadClient loads, SqlClient sql, ProgressStore progress, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a load of an earlier run may stay under way before it is cancelled.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    /// <exception cref="StarRocksException">A load that can't succeed as it is.</exception>
    public async Task RunAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        try
        {
            await LoadAllAsync(cycle.Work, cancellationToken).ConfigureAwait(false);
            if (cycle.Checkpoint is not { } checkpoint)
                return;

            // Persist, then acknowledge (POSTGRES.md 3.2). The rows are in the target before the position says so: a crash in
            // between replays them, in order, into a primary-key table. The other way round they would be lost.
            await progress.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            foreach (TableLane lane in state.Lanes)
                lane.LoadsSinceCheckpoint = 0;
            state.AdvanceDurable(checkpoint.Position);
        }
        finally
        {
            foreach ((_, LoadQueue queue) in cycle.Work)
                queue.Dispose();
        }
    }

    /// <summary>
    /// Waits for the loads of an earlier run that may still be under way after this checkpoint. One that commits late, after
    /// newer changes of this run, would bring old values back. A load that can commit has registered its label before its
    /// body was sent, so asking for the labels finds all of them.
    /// </summary>
    public async Task SettleAsync(TableLane lane, CancellationToken cancellationToken)
    {
        while (true)
        {
            LabelState label = await SettleLabelAsync(lane.Layout.TargetTable, Labels.OfChanges(lane, state.Durable), cancellationToken).ConfigureAwait(false);
            if (label is LabelState.Unknown or LabelState.Aborted)
                return;
            lane.LoadsSinceCheckpoint++;
        }
    }

    /// <summary>The label's state once it can't change any more.</summary>
    public async Task<LabelState> SettleLabelAsync(string table, string label, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            LabelState current = await loads.GetLabelStateAsync(label, cancellationToken).ConfigureAwait(false);
            if (current is not (LabelState.Prepare or LabelState.Prepared))
                return current;
            if (time.GetElapsedTime(begun) > SettleLimit)
                await loads.CancelAsync(table, label, cancellationToken).ConfigureAwait(false);
            await Task.Delay(SettlePause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoadAllAsync(IReadOnlyList<(TableLane Lane, LoadQueue Queue)> work, CancellationToken cancellationToken)
    {
        // A table that can't go on must be heard of, also while another one's load is being repeated for as long as it takes.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tables = [.. work.Select(w => LoadAsync(w.Lane, w.Queue, failed.Token))];
        await foreach (Task table in Task.WhenEach(tables).ConfigureAwait(false))
        {
            if (table.IsFaulted)
                await failed.CancelAsync().ConfigureAwait(false);
        }

        if (Array.Find(tables, static t => t.IsFaulted) is { } fault)
            await fault.ConfigureAwait(false);
        await Task.WhenAll(tables).ConfigureAwait(false);
    }

    private async Task LoadAsync(TableLane lane, LoadQueue queue, CancellationToken cancellationToken)
    {
        foreach (LoadStep step in queue.Steps)
        {
            if (step.Rows is null)
            {
                await TruncateAsync(lane, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (step.Rows.IsEmpty)
                continue;
            await LoadRowsAsync(lane, step, cancellationToken).ConfigureAwait(false);
            state.LoadsCommitted++;
            state.BytesLoaded += step.Rows.Length;
        }
    }

    private async Task LoadRowsAsync(TableLane lane, LoadStep step, CancellationToken cancellationToken)
    {
        LoadReceipt receipt = await loads.LoadAsync(
            new LoadRequest
            {
                Table = lane.Layout.TargetTable,
                Label = Labels.OfChanges(lane, state.Durable),
                Body = new BufferedBody(step.Rows!),
                Columns = step.Columns!.Columns,
                PartialUpdate = step.Columns.IsPartial,
            },
            cancellationToken).ConfigureAwait(false);
        if (receipt.AlreadyFinished)
        {
            // The loads of every earlier run after this checkpoint were settled at the start, so this one is of a run that goes
            // on beside ours: one that was suspended and woke up, or that we are ourselves.
            throw new SourceException(
                $"the load label {receipt.Label} was used by another process: another copy of pipeline '{state.Definition.Name}' loads into this database. " +
                "Two copies can't run at once: stop one of them and start the other again");
        }

        lane.LoadsSinceCheckpoint++;
        Log.Loaded(logger, lane.Layout.TargetTable, step.Rows!.Rows, step.Rows.Length, receipt.Label);
    }

    private Task TruncateAsync(TableLane lane, CancellationToken cancellationToken) => TargetRetry.RunAsync(
        () => sql.ExecuteAsync($"TRUNCATE TABLE {SqlText.Identifier(lane.Layout.TargetTable)}", cancellationToken),
        time,
        cancellationToken,
        error => Log.TargetRetry(logger, lane.Layout.TargetTable, error.Message));
}
