using Microsoft.Extensions.Logging;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>Loads changes, then persists the position. Tables side by side, a table's steps one after the other.</summary>
internal sealed class Loader(
    PipelineState state, StreamLoadClient loads, ProgressStore progress, IntentLedger intents, QuarantineLoads quarantine, TableTruncation truncation, ILogger logger) : IBatchLoader
{
    public async Task RunAsync(FlushCycle cycle, CancellationToken cancellationToken)
    {
        using (cycle)
        {
            await quarantine.LoadRejectedAsync(cycle.Work, cancellationToken).ConfigureAwait(false);
            Dictionary<TableLane, string> labels = await AnnounceAppendsAsync(cycle.Work, cancellationToken).ConfigureAwait(false);
            await LoadAllAsync(cycle.Work, labels, cancellationToken).ConfigureAwait(false);
            await quarantine.LoadReleasedAsync(cycle.Work, cancellationToken).ConfigureAwait(false);
            await SettleAppendsAsync(cycle, labels.Keys, cancellationToken).ConfigureAwait(false);
            FailPoint.Reach(FailPoint.BatchLoaded);
            if (cycle.Checkpoint is not { } checkpoint)
                return;

            // Persist, then acknowledge (POSTGRES.md 3.2). The rows are in the target before the position says so: a crash in
            // between replays them, in order, into a primary-key table. The other way round they would be lost.
            await progress.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            FailPoint.Reach(FailPoint.CheckpointPersisted);
            state.Checkpointed(checkpoint.Position);
        }
    }

    public bool HoldsRows => false;

    public Task ForgetAsync() => Task.CompletedTask;

    /// <summary>
    /// Where no position is written behind these loads, their success is: it may be long until the next position, and labels
    /// are forgotten.
    /// </summary>
    private async Task SettleAppendsAsync(FlushCycle cycle, IEnumerable<TableLane> loaded, CancellationToken cancellationToken)
    {
        StoredAppend[] open = [.. loaded
            .Where(lane => !(lane.Appends!.Applied.Commit < cycle.Checkpoint?.Position))
            .Select(static lane => new StoredAppend(lane.Layout.FullName, lane.Appends!.Applied, null))];
        if (open.Length > 0)
            await progress.WriteAsync(open, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes down the loads into append tables before any of them is sent, all in one load. After a crash their labels tell
    /// what is in the target (<see cref="Recovery"/>), and the replayed stream is cut off there.
    /// </summary>
    private async Task<Dictionary<TableLane, string>> AnnounceAppendsAsync(IReadOnlyList<FlushWork> work, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<TableLane, string>();
        var rows = new List<ProgressRow>();
        string witness = intents.NewWitness();
        foreach (FlushWork table in work.Where(static w => w.Lane.Appends is not null && w.HasRows))
        {
            string label = Labels.OfAppend(table.Lane, Guid.NewGuid());
            labels.Add(table.Lane, label);
            rows.Add(ProgressRows.Of(new StoredAppend(table.Lane.Layout.FullName, table.Lane.Appends!.Applied, new AppendIntent(label, table.To, witness))));
        }

        if (rows.Count > 0)
            await intents.AnnounceAsync(witness, rows, cancellationToken).ConfigureAwait(false);
        return labels;
    }

    private async Task LoadAllAsync(IReadOnlyList<FlushWork> work, Dictionary<TableLane, string> labels, CancellationToken cancellationToken)
    {
        // A table that can't go on must be heard of, also while another one's load is being repeated for as long as it takes.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tables = [.. work.Select(w => LoadAsync(w, labels.GetValueOrDefault(w.Lane), failed.Token))];
        await foreach (Task table in Task.WhenEach(tables).ConfigureAwait(false))
        {
            if (table.IsFaulted)
                await failed.CancelAsync().ConfigureAwait(false);
        }

        if (Array.Find(tables, static t => t.IsFaulted) is { } fault)
            await fault.ConfigureAwait(false);
        await Task.WhenAll(tables).ConfigureAwait(false);
    }

    private async Task LoadAsync(FlushWork work, string? appendLabel, CancellationToken cancellationToken)
    {
        TableLane lane = work.Lane;
        foreach (LoadStep step in work.Queue.Steps)
        {
            if (step.Rows is null)
            {
                await truncation.RunAsync(lane, cancellationToken).ConfigureAwait(false);
                FailPoint.Reach(FailPoint.TruncationRun);
                continue;
            }

            if (step.Rows.IsEmpty)
                continue;
            // The rows of an append table are one step, behind a TRUNCATE at most: they have one column set.
            await LoadRowsAsync(lane, step, appendLabel ?? Labels.OfChanges(lane, state.Durable), cancellationToken).ConfigureAwait(false);
            if (appendLabel is null)
                lane.LoadsSinceCheckpoint++;
            else
            {
                lock (state.Gate)
                    lane.Appends!.Advance(work.To);
            }

            state.LoadsCommitted++;
            state.BytesLoaded += step.Rows.Length;
        }
    }

    private async Task LoadRowsAsync(TableLane lane, LoadStep step, string label, CancellationToken cancellationToken)
    {
        LoadReceipt receipt = await loads.LoadAsync(
            new LoadRequest
            {
                Table = lane.Layout.TargetTable,
                Label = label,
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

        Log.Loaded(logger, lane.Layout.TargetTable, step.Rows!.Rows, step.Rows.Length, receipt.Label);
    }
}
