using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// Copies one range of a table under a snapshot of its own, with all-or-nothing in the target (POSTGRES.md, section 2). Used
/// once.
/// </summary>
internal sealed class ChunkCopy(CopyContext context, TableLane lane, TableRange range)
{
    /// <summary>StarRocks ends a load by itself after this time.</summary>
    internal static readonly TimeSpan LoadTimeout = TimeSpan.FromHours(24);

    /// <summary>Keys without an index in the order of ranges: a range costs a scan of the table, so that there are few.</summary>
    private const int MostUnindexedRanges = 16;

    /// <summary>R is part of every checkpoint.</summary>
    private const int ManyDropped = 2000;

    private TableRange _range = range;

    /// <summary>Whether the table is taken for this range to be cut.</summary>
    private bool _holdsTable = !range.IsSized;

    /// <summary>False when the range could not be begun yet.</summary>
    /// <exception cref="SourceException">The table can't be read as it is.</exception>
    /// <exception cref="StarRocksException">A load that can't succeed as it is, or not now.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        ChunkReader? chunk = null;
        try
        {
            chunk = await BeginAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release(isBegun: chunk is not null);
        }

        if (chunk is null)
            return false;
        await using ChunkReader begun = chunk;
        FailPoint.Reach(FailPoint.ChunkBegun);
        StoredRange intent = Intent(chunk);
        using ChunkQuarantine? rejected = !lane.HasQuarantinePolicy ? null : new ChunkQuarantine(context.State, lane, _range, intent.Label, context.Quarantine, context.MaxRejectedBytes);
        long rows = 0;
        long bytes = 0;
        var body = new ChunkBody(chunk, lane, rejected, Count, context.Time);
        try
        {
            await CopyAsync(chunk, intent, body, rejected, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (await SettleAsync(chunk, intent, body, rejected, cancellationToken).ConfigureAwait(false))
                return true;
            Count(-rows, -bytes);
            throw;
        }

        return true;

        void Count(long moreRows, long moreBytes)
        {
            rows += moreRows;
            bytes += moreBytes;
            lock (context.State.Gate)
                lane.Counters.Copied(moreRows, moreBytes);
        }
    }

    /// <summary>Opens a snapshot and makes the range in flight under it; null when that can't be yet.</summary>
    private async Task<ChunkReader?> BeginAsync(CancellationToken cancellationToken)
    {
        long prunings;
        lock (context.State.Gate)
            prunings = lane.Prunings;
        ChunkReader chunk = await ChunkReader.OpenAsync(context.Source, lane.Layout, context.ReadsText, imported: null, cancellationToken).ConfigureAwait(false);
        bool isBegun = false;
        try
        {
            chunk.Locate = (tuple, error) => error.At($"row {RowKey.Describe(lane, tuple)}, in the copy");
            SourceKey key = await SourceKey.ReadAsync(chunk.Connection, lane.Layout, cancellationToken).ConfigureAwait(false);
            await CutAsync(chunk, key, cancellationToken).ConfigureAwait(false);
            await chunk.ChooseAsync(key.Condition(_range.Keys), cancellationToken).ConfigureAwait(false);
            // Together with the stream consumer: what it has dropped for this table, S must see (F2).
            lock (context.State.Gate)
            {
                lane.Counters.EstimatedRows = chunk.EstimatedRows;
                lane.Counters.CopyBegun ??= context.Time.GetTimestamp();
                isBegun = lane.TryBeginChunk(_range, chunk.Snapshot, chunk.Fence, prunings);
                if (isBegun)
                {
                    _range.Attempts++;
                    _range.Number ??= lane.Copy.TakeNumber();
                    // This snapshot sees all of R, and so does every later one; but others that are being opened may be earlier.
                    if (lane.DroppedTransactions.Count > ManyDropped)
                        lane.PruneDropped(chunk.Snapshot);
                }
            }
        }
        finally
        {
            if (!isBegun)
                await chunk.DisposeAsync().ConfigureAwait(false);
        }

        if (isBegun)
            return chunk;
        Log.WaitingForVisibility(context.Logger, lane.Layout.FullName);
        return null;
    }

    /// <summary>Cuts the range to size, by the keys that the server has now. Where it ends is of no account to what it holds.</summary>
    private async Task CutAsync(ChunkReader chunk, SourceKey key, CancellationToken cancellationToken)
    {
        if (_range.IsSized)
            return;
        IReadOnlyList<IReadOnlyList<string>> boundaries = key.IsIndexed
            ? await key.FindBoundaryAsync(chunk.Connection, _range.Keys, context.Options.ChunkRows, cancellationToken).ConfigureAwait(false) is { } end ? [end] : []
            : await SampleAsync(chunk, key, cancellationToken).ConfigureAwait(false);
        lock (context.State.Gate)
        {
            TableRange rest = _range;
            TableRange? first = null;
            foreach (IReadOnlyList<string> boundary in boundaries)
            {
                TableRange front = lane.Ranges.Cut(rest, boundary, lane.Keys!.Encode(boundary));
                first ??= front;
            }

            rest.IsSized = !key.IsIndexed || boundaries.Count == 0;
            if (first is null)
                return;
            // The rest is free for the next worker.
            rest.IsTaken = false;
            first.IsTaken = true;
            _range = first;
            lane.Copy.IsTaken = _holdsTable = false;
        }

        context.State.SignalChange();
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(ChunkReader chunk, SourceKey key, CancellationToken cancellationToken)
    {
        // A range between two loaded ones was cut in an earlier run.
        if (!_range.Keys.IsWhole)
            return [];
        const int rowsOfPage = 100;
        long estimate = chunk.EstimatedRows > 0 ? chunk.EstimatedRows : await chunk.CountPagesAsync(cancellationToken).ConfigureAwait(false) * rowsOfPage;
        int ranges = (int)Math.Min(MostUnindexedRanges, (estimate / context.Options.ChunkRows) + 1);
        return ranges < 2 ? [] : await key.SampleBoundariesAsync(chunk.Connection, ranges, estimate, cancellationToken).ConfigureAwait(false);
    }

    private void Release(bool isBegun)
    {
        lock (context.State.Gate)
        {
            if (_holdsTable)
                lane.Copy.IsTaken = false;
            _range.IsTaken = isBegun;
        }

        context.State.SignalChange();
    }

    /// <summary>
    /// A chunk's label is not repeated, not even by a pipeline whose progress somebody has deleted: its state decides after a
    /// crash, and a former life's load must not answer for this one. It needs no rule, since it is written down before it is used.
    /// </summary>
    private StoredRange Intent(ChunkReader chunk) => new(
        lane.Layout.FullName, _range.Number!.Value, _range.Keys, RangeOutcome.InFlight, chunk.Snapshot, chunk.Fence, Labels.OfChunk(lane, _range.Attempts, Guid.NewGuid()),
        _range.Attempts, Rows: 0, Bytes: 0, context.Intents.NewWitness());

    private async Task CopyAsync(ChunkReader chunk, StoredRange intent, ChunkBody body, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        // An empty load is an error in StarRocks (STARROCKS.md, 'most likely to bite', 7).
        if (!chunk.IsEmpty)
        {
            // The intent is durable before the load is sent: after a crash the label's state tells whether the chunk is in
            // the target, whole, or not at all (crash rule of POSTGRES.md, section 2).
            await context.Intents.AnnounceAsync(intent.Witness!, [ProgressRows.Of(intent)], cancellationToken).ConfigureAwait(false);
            FailPoint.Reach(FailPoint.ChunkAnnounced);
            // Nor may a load turn out empty because the policies keep every row out.
            if (await HasRowToLoadAsync(chunk, rejected, cancellationToken).ConfigureAwait(false))
            {
                LoadReceipt receipt = await context.Loads.LoadAsync(
                    new LoadRequest { Table = lane.Layout.TargetTable, Label = intent.Label, Body = body, Columns = lane.FullColumns.Columns, Timeout = LoadTimeout },
                    cancellationToken).ConfigureAwait(false);
                if (receipt.AlreadyFinished || receipt.SettledByLabel)
                    await RequireOwnAsync(intent, cancellationToken).ConfigureAwait(false);
            }

            FailPoint.Reach(FailPoint.ChunkSent);
        }
        else
        {
            await chunk.WaitForFlushAsync(context.Time, cancellationToken).ConfigureAwait(false);
        }

        await CompleteAsync(chunk, intent, body, rejected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False when there is no row that was not rejected; these are in quarantine then.</summary>
    private async Task<bool> HasRowToLoadAsync(ChunkReader chunk, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        // Without the policy nothing is rejected, and reading for it is saved.
        if (rejected is null)
            return true;
        rejected.Begin();
        if (await chunk.HasRowToLoadAsync(lane.Codec, rejected.Add, cancellationToken).ConfigureAwait(false))
            return true;
        await chunk.WaitForFlushAsync(context.Time, cancellationToken).ConfigureAwait(false);
        await rejected.LoadAllAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task CompleteAsync(ChunkReader chunk, StoredRange intent, ChunkBody body, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        // Durable first, then visible to the consumer: changes behind the chunk, and the checkpoint that passes them, must not
        // be ahead of the knowledge that the chunk is in the target.
        StoredRange loaded = intent with { State = RangeOutcome.Loaded, Fence = chunk.Fence, Rows = body.Rows, Bytes = body.Bytes, Witness = null };
        await context.Progress.WriteAsync(loaded, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.ChunkPersisted);
        bool isLast;
        long rows;
        lock (context.State.Gate)
        {
            rejected?.Release();
            lane.CompleteChunk(_range, chunk.Snapshot, chunk.Fence, rejected?.Loaded);
            _range.IsTaken = false;
            isLast = lane.IsCopied;
            lane.Counters.CopyEnded = isLast ? context.Time.GetTimestamp() : null;
            rows = lane.Counters.RowsCopied;
        }

        if (!isLast)
        {
            context.State.SignalChange();
            return;
        }

        // Nothing is due before the stream has passed the last fence.
        context.State.RaiseWanted(lane.Fence);
        Log.TableCopied(context.Logger, lane.Layout.FullName, rows);
    }

    /// <summary>
    /// That something was committed under the chunk's label is not enough where no reply told that it was our load: a process
    /// that took over while this one was suspended has taken the label, and says so in the range's row.
    /// </summary>
    /// <exception cref="SourceException">Another copy of the pipeline runs.</exception>
    private async Task RequireOwnAsync(StoredRange intent, CancellationToken cancellationToken)
    {
        ProgressRow row = ProgressRows.Of(intent);
        string? stored = await TargetRetry.RunAsync(() => context.Progress.ReadContentAsync(row.Item, cancellationToken), context.Time, cancellationToken).ConfigureAwait(false);
        if (stored == row.Content || stored?.Contains($"\"{intent.Label}\"", StringComparison.Ordinal) == true && stored.Contains("\"loaded\"", StringComparison.Ordinal))
            return;
        throw new SourceException(
            $"the load label {intent.Label} was settled by another process: another copy of pipeline '{context.State.Definition.Name}' loads into this database. " +
            "Two copies can't run at once: stop one of them and start the other again");
    }

    /// <summary>
    /// Decides what became of a chunk that ended in an error: its label tells. Only a chunk that is known not to be in the
    /// target, and never to come there, goes back to unread; while that is open (also when the run is told to stop) it stays in
    /// flight, which holds the checkpoint before everything that waits behind it. Else a chunk that commits after all would be
    /// taken for complete at the next start, without the changes that were dropped for it.
    /// </summary>
    /// <returns>Whether the chunk is in the target.</returns>
    private async Task<bool> SettleAsync(ChunkReader chunk, StoredRange intent, ChunkBody body, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        StoredRange abandoned = intent with { State = RangeOutcome.Abandoned };
        bool isLoaded = rejected?.IsAll == true;
        if (!isLoaded && !chunk.IsEmpty)
            isLoaded = await context.Intents.WasCommittedAsync(lane.Layout.TargetTable, intent.Label, witness: null, ProgressRows.Of(abandoned), cancellationToken).ConfigureAwait(false);

        if (isLoaded)
        {
            if (!chunk.IsEmpty)
                await RequireOwnAsync(intent, cancellationToken).ConfigureAwait(false);
            await CompleteAsync(chunk, intent, body, rejected, cancellationToken).ConfigureAwait(false);
            return true;
        }

        await context.Quarantine.UndoChunkAsync(lane, abandoned, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.ChunkAbandoned);
        lock (context.State.Gate)
        {
            rejected?.Release();
            lane.AbandonChunk(_range);
            _range.IsTaken = false;
        }

        context.State.SignalChange();
        return false;
    }
}
