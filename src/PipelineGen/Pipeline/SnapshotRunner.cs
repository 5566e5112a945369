using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// The visibility-exact snapshot (POSTGRES.md, section 2): copies every table that is not in the target yet, several at a
/// time, while the stream goes on. No lock beyond ACCESS SHARE, no write to the source.
/// </summary>
internal sealed class SnapshotRunner(
    PipelineState state, NpgsqlDataSource source, StreamLoadClient loads, IntentLedger intents, QuarantineLoads quarantine, ProgressStore progress,
    PipelineOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>A chunk is a whole table in this version, however large; StarRocks takes up to three days (STARROCKS.md 1.3).</summary>
    private static readonly TimeSpan ChunkTimeout = TimeSpan.FromHours(24);

    private static readonly TimeSpan VisibilityPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Copies all tables that are unread; ends when none is.</summary>
    /// <exception cref="SourceException">A table that can't be read as it is.</exception>
    /// <exception cref="StarRocksException">A load that can't succeed as it is.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var unread = Channel.CreateUnbounded<TableLane>();
        foreach (TableLane lane in state.Lanes.Where(static l => !l.IsCopied))
            unread.Writer.TryWrite(lane);
        unread.Writer.Complete();

        // One failed table ends the run: the others must not go on loading behind the error.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, options.SnapshotWorkers).Select(_ => WorkAsync(unread.Reader, stop.Token))];
        try
        {
            await foreach (Task worker in Task.WhenEach(workers).ConfigureAwait(false))
                await worker.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(workers).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }
    }

    private async Task WorkAsync(ChannelReader<TableLane> unread, CancellationToken cancellationToken)
    {
        await foreach (TableLane lane in unread.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            TimeSpan delay = ShortestRetry;
            while (!lane.IsCopied && !await TryCopyAsync(lane, cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
                delay = delay * 2 < LongestRetry ? delay * 2 : LongestRetry;
            }
        }
    }

    /// <summary>False when the source went away or the load has to be begun again.</summary>
    private async Task<bool> TryCopyAsync(TableLane lane, CancellationToken cancellationToken)
    {
        try
        {
            ChunkReader chunk = await BeginChunkAsync(lane, cancellationToken).ConfigureAwait(false);
            StoredRange range = Intent(lane, chunk);
            // Also where the table has the policy no more: what an earlier reading has left there must go.
            using ChunkQuarantine? rejected = state.Quarantine.TableExists ? new ChunkQuarantine(state, lane, range.Label, quarantine) : null;
            try
            {
                await CopyChunkAsync(lane, chunk, range, rejected, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (!await SettleAsync(lane, chunk, range, rejected, cancellationToken).ConfigureAwait(false))
                    throw;
            }
            finally
            {
                await chunk.DisposeAsync().ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && (SourceFailure.IsTransient(error) || error is StarRocksException { IsRetryable: true }))
        {
            Log.ChunkRetry(logger, lane.Layout.FullName, error.Message);
            return false;
        }
    }

    /// <summary>
    /// Decides what became of a chunk that ended in an error: its label tells. Only a chunk that is known not to be in the
    /// target goes back to unread; while that is open (also when the run is told to stop) it stays in flight, which holds the
    /// checkpoint before everything that waits behind it. Else a chunk that commits after all would be taken for complete at the
    /// next start, without the changes that were dropped for it.
    /// </summary>
    /// <returns>Whether the chunk is in the target.</returns>
    private async Task<bool> SettleAsync(TableLane lane, ChunkReader chunk, StoredRange range, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        LabelState label = rejected?.IsAll ?? chunk.IsEmpty
            ? LabelState.Visible
            : await TargetRetry.RunAsync(() => intents.SettleLabelAsync(lane.Layout.TargetTable, range.Label, cancellationToken), time, cancellationToken).ConfigureAwait(false);
        if (label is LabelState.Committed or LabelState.Visible)
        {
            await CompleteAsync(lane, chunk, range, rejected, cancellationToken).ConfigureAwait(false);
            return true;
        }

        // The next reading takes out what this one brings into quarantine: it must see all of it, and none may come after that.
        if (rejected is not null)
        {
            string rejectedLabel = Labels.OfChunkQuarantine(state.Definition.Name, range.Label);
            await TargetRetry.RunAsync(() => intents.SettleLabelAsync(QuarantineTable.Name, rejectedLabel, cancellationToken), time, cancellationToken).ConfigureAwait(false);
            await intents.UntilVisibleAsync(rejectedLabel, cancellationToken).ConfigureAwait(false);
        }

        lock (state.Gate)
        {
            rejected?.Release();
            lane.AbandonChunk();
        }

        state.SignalChange();
        return false;
    }

    private async Task<ChunkReader> BeginChunkAsync(TableLane lane, CancellationToken cancellationToken)
    {
        while (true)
        {
            ChunkReader chunk = await ChunkReader.OpenAsync(source, lane.Layout, lane.Range, options.WireFormat == SourceWireFormat.Text, cancellationToken).ConfigureAwait(false);
            chunk.Locate = (tuple, error) => error.At($"row {RowKey.Describe(lane, tuple)}, in the copy");
            bool begun = false;
            try
            {
                await chunk.WaitForFlushAsync(time, cancellationToken).ConfigureAwait(false);
                // Together with the stream consumer: what it has dropped for this range, S must see (F2).
                lock (state.Gate)
                {
                    begun = lane.TryBeginChunk(chunk.Snapshot, chunk.Fence);
                    lane.Counters.EstimatedRows = chunk.EstimatedRows;
                    lane.Counters.RowsCopied = 0;
                }
            }
            finally
            {
                if (!begun)
                    await chunk.DisposeAsync().ConfigureAwait(false);
            }

            if (begun)
            {
                state.SignalChange();
                return chunk;
            }

            Log.WaitingForVisibility(logger, lane.Layout.FullName);
            await Task.Delay(VisibilityPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A chunk's label is not repeated, not even by a pipeline whose progress somebody has deleted: its state decides after a
    /// crash, and a former life's load must not answer for this one. It needs no rule, since it is written down before it is used.
    /// </summary>
    private StoredRange Intent(TableLane lane, ChunkReader chunk)
    {
        int attempt = ++lane.ChunkAttempts;
        return new StoredRange(lane.Layout.FullName, IsLoaded: false, chunk.Snapshot, chunk.Fence, Labels.OfChunk(lane, attempt, Guid.NewGuid()), attempt, Rows: 0, intents.NewWitness());
    }

    private async Task CopyChunkAsync(TableLane lane, ChunkReader chunk, StoredRange range, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        if (rejected is not null)
            await rejected.ReadLeftAsync(cancellationToken).ConfigureAwait(false);
        var body = new ChunkBody(chunk, lane, rejected, count => lane.Counters.RowsCopied += count);
        // An empty load is an error in StarRocks (STARROCKS.md, 'most likely to bite', 7).
        if (!chunk.IsEmpty || rejected is { HasLeft: true })
        {
            // The intent is durable before the load is sent: after a crash the label's state tells whether the chunk is in
            // the target, whole, or not at all (crash rule of POSTGRES.md, section 2).
            await intents.AnnounceAsync(range.Witness!, [ProgressRows.Of(range)], cancellationToken).ConfigureAwait(false);
            // Nor may a load turn out empty because the policies keep every row out.
            if (await HasRowToLoadAsync(lane, chunk, rejected, cancellationToken).ConfigureAwait(false))
            {
                await loads.LoadAsync(
                    new LoadRequest { Table = lane.Layout.TargetTable, Label = range.Label, Body = body, Columns = lane.FullColumns.Columns, Timeout = ChunkTimeout },
                    cancellationToken).ConfigureAwait(false);
            }
        }

        else
        {
            rejected?.NothingToLoad();
        }

        await CompleteAsync(lane, chunk, range with { Rows = body.Rows }, rejected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False when there is no row, or every one was rejected; they are in quarantine then.</summary>
    private static async Task<bool> HasRowToLoadAsync(TableLane lane, ChunkReader chunk, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        // Without the policy nothing is rejected, and reading for it is saved.
        if (rejected is null || (lane.Quarantine is null && !chunk.IsEmpty))
            return true;
        rejected.Begin();
        if (!chunk.IsEmpty && await chunk.HasRowToLoadAsync(lane.Codec, rejected.Add, cancellationToken).ConfigureAwait(false))
            return true;
        await rejected.LoadAllAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task CompleteAsync(TableLane lane, ChunkReader chunk, StoredRange range, ChunkQuarantine? rejected, CancellationToken cancellationToken)
    {
        // Durable first, then visible to the consumer: changes behind the chunk, and the checkpoint that passes them, must not
        // be ahead of the knowledge that the chunk is in the target.
        await progress.WriteAsync(range with { IsLoaded = true }, cancellationToken).ConfigureAwait(false);
        lock (state.Gate)
        {
            rejected?.Release();
            lane.CompleteChunk(chunk.Snapshot, chunk.Fence, rejected?.Loaded);
        }

        state.RaiseWanted(chunk.Fence);
        Log.TableCopied(logger, lane.Layout.FullName, range.Rows);
    }
}
