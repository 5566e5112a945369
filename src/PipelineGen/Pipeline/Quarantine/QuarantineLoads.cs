using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// Writes and reads <see cref="QuarantineTable"/>. What a batch rejects is loaded before the batch's rows, and what leaves the
/// quarantine after them; what a chunk rejects before the chunk can be committed. So of a table with a key
/// a crash at any moment leaves a row in both places at most, which the changes that come again put right, and never in
/// neither. Of an append table the log goes first, with the deletes of a TRUNCATE: until the batch's rows are loaded as well,
/// the log is ahead of the table.
/// </summary>
internal sealed class QuarantineLoads(PipelineState state, StreamLoadClient loads, IntentLedger intents, SqlClient sql, TimeProvider time)
{
    private Quarantine Shared => state.Quarantine;

    /// <summary>The rows that the batch puts into quarantine, of all its tables, as one load. To be called before its rows are loaded.</summary>
    /// <remarks>
    /// At every moment a row that was taken out of its table must be in quarantine: after a crash changes come again, and
    /// the ones that leave values out build on the row in the table, unless its id says that there is none. Of an append
    /// table everything goes before the rows: its mark counts what is rejected, and a TRUNCATE, as applied, and they don't
    /// come again after it.
    /// </remarks>
    /// <exception cref="SourceException">Another process loads for this pipeline.</exception>
    /// <exception cref="StarRocksException">A load that can't succeed as it is.</exception>
    public Task LoadRejectedAsync(IReadOnlyList<FlushWork> work, CancellationToken cancellationToken) => LoadAsync(
        [.. work.Select(static w => w.Lane.Appends is null ? w.Queue.Rejected : w.Queue.HasQuarantine ? w.Queue.Quarantine : null).OfType<LoadBuffer>()], cancellationToken);

    /// <summary>
    /// The rows that leave it, when their good versions are in their tables; with all that goes in and out of these tables, in
    /// its order, since what left may have come back.
    /// </summary>
    /// <exception cref="SourceException">Another process loads for this pipeline.</exception>
    /// <exception cref="StarRocksException">A load that can't succeed as it is.</exception>
    public Task LoadReleasedAsync(IReadOnlyList<FlushWork> work, CancellationToken cancellationToken) =>
        LoadAsync([.. work.Where(static w => w.Lane.Appends is null && w.Queue.HasReleased).Select(static w => w.Queue.Quarantine)], cancellationToken);

    private async Task LoadAsync(LoadBuffer[] rows, CancellationToken cancellationToken)
    {
        if (rows.Length == 0)
            return;
        LoadReceipt receipt = await LoadAsync(Labels.OfChanges(Shared.LabelStem, state.Durable, Shared.LoadsSinceCheckpoint), rows, cancellationToken).ConfigureAwait(false);
        if (receipt.AlreadyFinished)
        {
            throw new SourceException(
                $"the load label {receipt.Label} was used by another process: another copy of pipeline '{Shared.Pipeline}' loads into this database. " +
                "Two copies can't run at once: stop one of them and start the other again");
        }

        Shared.LoadsSinceCheckpoint++;
        state.LoadsCommitted++;
        state.BytesLoaded += rows.Sum(static r => r.Length);
    }

    /// <summary>All that a batch has for the table, by source table, where it becomes visible together with the batch's rows.</summary>
    public static LoadBuffer[] RowsOf(IReadOnlyList<FlushWork> work) =>
        [.. work.Where(static w => w.Queue.HasQuarantine).Select(static w => w.Queue.Quarantine)];

    /// <summary>
    /// The rejected rows of a chunk, under a label of the chunk's. A chunk that is sent twice rejects the same rows twice: that
    /// the label is finished already is as good as loading.
    /// </summary>
    public Task<LoadReceipt> LoadChunkAsync(string chunkLabel, LoadBuffer[] rows, CancellationToken cancellationToken) =>
        LoadAsync(Labels.OfChunkQuarantine(Shared.Pipeline, chunkLabel), rows, cancellationToken);

    /// <summary>
    /// Takes out what a chunk has brought that came to nothing: no row of an unread range is in quarantine. Afterwards none can
    /// come any more, also not from a process that was thought dead. Harmless when repeated.
    /// </summary>
    /// <param name="abandoned">Stands in the progress table from then on.</param>
    public async Task UndoChunkAsync(TableLane lane, StoredRange abandoned, CancellationToken cancellationToken)
    {
        if (!Shared.TableExists)
            return;
        await SettleChunkAsync(abandoned.Label, ProgressRows.Of(abandoned), cancellationToken).ConfigureAwait(false);
        await DeleteAsync(
            QuarantineTable.SelectIds(Shared.Pipeline, lane.Layout.FullName, abandoned.Label), Labels.OfChunkUndo(Shared.Pipeline, abandoned.Label), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Afterwards what a chunk has rejected is there, to be seen, or never will be.</summary>
    /// <param name="undone">What takes the label.</param>
    public async Task SettleChunkAsync(string chunkLabel, ProgressRow undone, CancellationToken cancellationToken)
    {
        if (!Shared.TableExists)
            return;
        string rejected = Labels.OfChunkQuarantine(Shared.Pipeline, chunkLabel);
        await intents.WasCommittedAsync(QuarantineTable.Name, rejected, witness: null, undone, cancellationToken).ConfigureAwait(false);
        await intents.UntilVisibleAsync(rejected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes out everything of one source table, which is copied again.</summary>
    /// <param name="label">Written down, so that a start after a crash can settle it.</param>
    public async Task ClearAsync(TableLane lane, string label, CancellationToken cancellationToken)
    {
        if (!Shared.TableExists)
            return;
        await intents.SettleLabelAsync(QuarantineTable.Name, label, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(QuarantineTable.SelectIds(Shared.Pipeline, lane.Layout.FullName), label, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether something of the source table is in quarantine.</summary>
    public async Task<bool> HasRowsAsync(TableLane lane, CancellationToken cancellationToken) =>
        Shared.TableExists && (await ReadIdsAsync(QuarantineTable.SelectIds(Shared.Pipeline, lane.Layout.FullName), cancellationToken).ConfigureAwait(false)).Count > 0;

    private async Task DeleteAsync(string select, string label, CancellationToken cancellationToken)
    {
        List<(QuarantineId Id, string Table)> left = await ReadIdsAsync(select, cancellationToken).ConfigureAwait(false);
        if (left.Count == 0)
            return;
        using var rows = new LoadBuffer();
        foreach ((QuarantineId id, _) in left)
            Quarantine.WriteDelete(rows, id);
        await LoadAsync(label, [rows], cancellationToken).ConfigureAwait(false);
        await intents.UntilVisibleAsync(label, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Settles the loads of an earlier run after the position, then reads which rows are there. Those of a table that is to be
    /// copied again are of no account: that takes them out. A table that no longer has the policy keeps watch over what
    /// is left of it.
    /// </summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (!Shared.TableExists)
            return;
        while (await intents.SettleLabelAsync(QuarantineTable.Name, Labels.OfChanges(Shared.LabelStem, state.Durable, Shared.LoadsSinceCheckpoint), cancellationToken).ConfigureAwait(false)
            is LabelState.Committed or LabelState.Visible)
        {
            await intents.UntilVisibleAsync(Labels.OfChanges(Shared.LabelStem, state.Durable, Shared.LoadsSinceCheckpoint), cancellationToken).ConfigureAwait(false);
            Shared.LoadsSinceCheckpoint++;
        }

        List<(QuarantineId Id, string Table)> rows = await ReadIdsAsync(QuarantineTable.SelectIds(Shared.Pipeline), cancellationToken).ConfigureAwait(false);
        lock (state.Gate)
        {
            Dictionary<string, TableLane> lanes = state.Lanes.Where(static l => !l.Copy.IsRestartWanted).ToDictionary(static l => l.Layout.FullName, StringComparer.Ordinal);
            foreach ((QuarantineId id, string table) in rows)
            {
                if (lanes.TryGetValue(table, out TableLane? lane))
                    (lane.Main.Quarantine ??= new TableQuarantine(Shared, lane.Layout)).Restore(id);
            }
        }

        Shared.WarnOfLimit();
    }

    /// <summary>Row by row: as text, a table of them would be many times the ids.</summary>
    private Task<List<(QuarantineId Id, string Table)>> ReadIdsAsync(string select, CancellationToken cancellationToken) => TargetRetry.RunAsync(
        async () =>
        {
            var ids = new List<(QuarantineId Id, string Table)>();
            var tables = new Dictionary<string, string>(StringComparer.Ordinal);
            await foreach (SqlRow row in sql.StreamAsync(select, cancellationToken).ConfigureAwait(false))
            {
                string table = row[1]!;
                // One string a table, not one a row.
                tables.TryAdd(table, table);
                ids.Add((QuarantineId.Parse(row[0]!), tables[table]));
            }

            return ids;
        },
        time, cancellationToken);

    private async Task<LoadReceipt> LoadAsync(string label, LoadBuffer[] rows, CancellationToken cancellationToken)
    {
        LoadReceipt receipt = await loads.LoadAsync(
            new LoadRequest { Table = QuarantineTable.Name, Label = label, Body = new BufferedBody(rows), Columns = QuarantineTable.LoadColumns }, cancellationToken).ConfigureAwait(false);
        // A start that reads the table before would not know of the rows, and never take them out.
        if (receipt.VisibleLater)
            await intents.UntilVisibleAsync(label, cancellationToken).ConfigureAwait(false);
        return receipt;
    }
}
