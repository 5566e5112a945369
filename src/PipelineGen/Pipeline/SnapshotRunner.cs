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
    PipelineState state, NpgsqlDataSource source, StreamLoadClient loads, ProgressStore progress, PipelineOptions options, TimeProvider time, ILogger logger)
{
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
            while (!await TryCopyAsync(lane, cancellationToken).ConfigureAwait(false))
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
            await using ChunkReader chunk = await BeginChunkAsync(lane, cancellationToken).ConfigureAwait(false);
            try
            {
                await CopyChunkAsync(lane, chunk, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (Exception error) when (IsWorthRepeating(error, cancellationToken))
            {
                // The load is aborted or was never begun (the client settles its label before it throws), so nothing of the
                // chunk is in the target. After any other failure, and after a stop, that is not known: a load that was broken
                // off may have committed. The range stays in flight then, so that no checkpoint passes the changes behind
                // it, and the next start asks for the label's state.
                lock (state.Gate)
                    lane.AbandonChunk();
                state.SignalChange();
                throw;
            }
        }
        catch (Exception error) when (IsWorthRepeating(error, cancellationToken))
        {
            Log.ChunkRetry(logger, lane.Layout.FullName, error.Message);
            return false;
        }
    }

    private static bool IsWorthRepeating(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && (SourceFailure.IsTransient(error) || error is StarRocksException { IsRetryable: true });

    private async Task<ChunkReader> BeginChunkAsync(TableLane lane, CancellationToken cancellationToken)
    {
        while (true)
        {
            ChunkReader chunk = await ChunkReader.OpenAsync(source, lane.Layout, lane.Range, cancellationToken).ConfigureAwait(false);
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

    private async Task CopyChunkAsync(TableLane lane, ChunkReader chunk, CancellationToken cancellationToken)
    {
        var body = new ChunkBody(chunk, lane, count => lane.Counters.RowsCopied += count);
        StoredRange range;
        bool inTarget;
        do
        {
            int attempt = ++lane.ChunkAttempts;
            range = new StoredRange(lane.Layout.FullName, IsLoaded: false, chunk.Snapshot, chunk.Fence, Labels.OfChunk(lane, attempt), attempt, Rows: 0);
            // An empty load is an error in StarRocks (STARROCKS.md, 'most likely to bite', 7).
            if (chunk.IsEmpty)
                break;
            // The intent is durable before the load is sent: after a crash the label's state tells whether the chunk is in
            // the target, whole, or not at all (crash rule of POSTGRES.md, section 2).
            await progress.WriteAsync(range, cancellationToken).ConfigureAwait(false);
            LoadReceipt receipt = await loads.LoadAsync(
                new LoadRequest { Table = lane.Layout.TargetTable, Label = range.Label, Body = body, Columns = lane.FullColumns.Columns }, cancellationToken).ConfigureAwait(false);
            // A label that had finished before is one of a former life of this pipeline, whose progress rows somebody has
            // deleted: those are not our rows.
            inTarget = !receipt.AlreadyFinished;
        }
        while (!inTarget);

        // Durable first, then visible to the consumer: changes behind the chunk, and the checkpoint that passes them, must not
        // be ahead of the knowledge that the chunk is in the target.
        await progress.WriteAsync(range with { IsLoaded = true, Rows = body.Rows }, cancellationToken).ConfigureAwait(false);
        lock (state.Gate)
            lane.CompleteChunk(chunk.Snapshot, chunk.Fence);
        state.RaiseWanted(chunk.Fence);
        Log.TableCopied(logger, lane.Layout.FullName, body.Rows);
    }
}
