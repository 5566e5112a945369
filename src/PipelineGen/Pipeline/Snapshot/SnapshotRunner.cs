using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;
using PipelineGen.Telemetry;

namespace PipelineGen.Pipeline;

/// <summary>
/// The visibility-exact snapshot (POSTGRES.md, section 2): copies what is not in the target yet, range by range, several at a
/// time, while the stream goes on. No lock beyond ACCESS SHARE, no write to the source. Goes on looking for work as long as
/// the pipeline runs: a table may have to be copied again.
/// </summary>
internal sealed class SnapshotRunner(CopyContext context)
{
    private static readonly TimeSpan LongestVisibilityPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PruningPause = TimeSpan.FromMilliseconds(100);

    /// <summary>R is part of every checkpoint, in a row of 1 MB at most.</summary>
    private const int ManyDropped = 2000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly TableRestart _restart = new(context);

    private PipelineState State => context.State;

    /// <summary>What a worker does next.</summary>
    private abstract record Job(TableLane Lane)
    {
        public sealed record Chunk(TableLane Lane, TableRange Range) : Job(Lane);

        /// <summary>An append table is begun.</summary>
        public sealed record Shared(TableLane Lane) : Job(Lane);

        /// <summary>Pieces of an append table that another worker has begun.</summary>
        public sealed record Pieces(TableLane Lane, SharedSnapshotCopy Copy) : Job(Lane);

        public sealed record Restart(TableLane Lane) : Job(Lane);

        /// <summary>The table is copied, and the stream has passed its fences.</summary>
        public sealed record Record(TableLane Lane) : Job(Lane);
    }

    /// <summary>Copies until it is cancelled.</summary>
    /// <exception cref="SourceException">A table that can't be read as it is.</exception>
    /// <exception cref="StarRocksException">A load that can't succeed as it is.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // One failed table ends the run: the others must not go on loading behind the error.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, context.Options.SnapshotWorkers).Select(_ => WorkAsync(stop.Token)), WatchRequestsAsync(stop.Token), PruneAsync(stop.Token)];
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

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = State.Changed;
            Job? job;
            TimeSpan wait;
            lock (State.Gate)
                job = Take(out wait);
            if (job is not null)
                await TryAsync(job, cancellationToken).ConfigureAwait(false);
            else
                await Task.WhenAny(changed, Task.Delay(wait, context.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The next job, in the order of the tables, so that one is finished before the next is begun.</summary>
    /// <param name="wait">How long there may be none.</param>
    private Job? Take(out TimeSpan wait)
    {
        wait = LongestPause;
        long now = context.Time.GetTimestamp();
        foreach (TableLane lane in State.Lanes)
        {
            if (lane.Copy.Shared is { HasPiece: true } shared)
                return new Job.Pieces(lane, shared);
            if (lane.Copy.NotUntil > now)
            {
                TimeSpan until = context.Time.GetElapsedTime(now, lane.Copy.NotUntil);
                wait = until < wait ? until : wait;
            }
            else if (Take(lane) is { } job)
            {
                return job;
            }
        }

        return null;
    }

    private Job? Take(TableLane lane)
    {
        CopyOrders orders = lane.Copy;
        if (!orders.IsTaken && orders.IsRestartWanted && !lane.Ranges.Any(static r => r.IsInFlight || r.IsTaken) && !lane.IsLoading && !State.HasOpenTransaction)
        {
            orders.IsTaken = true;
            return new Job.Restart(lane);
        }

        if (orders.IsHeld)
            return null;
        if (lane.IsCopied)
        {
            if (orders.IsTaken || orders.IsRecorded || State.Durable < lane.Fence)
                return null;
            orders.IsTaken = true;
            return new Job.Record(lane);
        }

        if (lane.Keys is null)
        {
            if (orders.IsTaken || !lane.Ranges[0].IsUnread)
                return null;
            orders.IsTaken = true;
            return new Job.Shared(lane);
        }

        foreach (TableRange range in lane.Ranges)
        {
            // Only one worker cuts at a time: where the next range ends decides where the one after it begins.
            if (!range.IsUnread || range.IsTaken || (!range.IsSized && orders.IsTaken))
                continue;
            range.IsTaken = true;
            orders.IsTaken |= !range.IsSized;
            return new Job.Chunk(lane, range);
        }

        return null;
    }

    private async Task TryAsync(Job job, CancellationToken cancellationToken)
    {
        CopyOrders orders = job.Lane.Copy;
        try
        {
            bool isDone = await DoAsync(job, cancellationToken).ConfigureAwait(false);
            lock (State.Gate)
            {
                orders.Pause = isDone ? CopyOrders.ShortestPause : orders.Pause;
                orders.NotUntil = isDone ? 0 : In(orders.VisibilityPause);
                TimeSpan longer = orders.VisibilityPause * 2 < LongestVisibilityPause ? orders.VisibilityPause * 2 : LongestVisibilityPause;
                orders.VisibilityPause = isDone ? CopyOrders.ShortestVisibilityPause : longer;
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && (SourceFailure.IsTransient(error) || error is StarRocksException { IsRetryable: true }) && !IsOpen(job))
        {
            Log.ChunkRetry(context.Logger, job.Lane.Layout.FullName, error.Message);
            lock (State.Gate)
            {
                orders.NotUntil = In(orders.Pause);
                orders.Pause = orders.Pause * 2 < LongestPause ? orders.Pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>
    /// Whether the job ended without knowing what became of its load: nobody would ask again, and what waits behind it would
    /// wait for ever. A start asks.
    /// </summary>
    private bool IsOpen(Job job)
    {
        lock (State.Gate)
            return job is Job.Chunk { Range.IsInFlight: true } || (job is Job.Shared && job.Lane.Ranges[0].IsInFlight);
    }

    private long In(TimeSpan pause) => context.Time.GetTimestamp() + (long)(pause.TotalSeconds * context.Time.TimestampFrequency);

    /// <summary>False when it can't be done yet.</summary>
    private async Task<bool> DoAsync(Job job, CancellationToken cancellationToken)
    {
        TableLane lane = job.Lane;
        if (job is Job.Chunk chunk)
            return await new ChunkCopy(context, lane, chunk.Range).RunAsync(cancellationToken).ConfigureAwait(false);
        if (job is Job.Pieces pieces)
        {
            await pieces.Copy.WorkAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        try
        {
            switch (job)
            {
                case Job.Shared:
                    return await CopySharedAsync(lane, cancellationToken).ConfigureAwait(false);
                case Job.Restart:
                    await _restart.RunAsync(lane, cancellationToken).ConfigureAwait(false);
                    return true;
                default:
                    await RecordAsync(lane, cancellationToken).ConfigureAwait(false);
                    return true;
            }
        }
        finally
        {
            lock (State.Gate)
                lane.Copy.IsTaken = false;
            State.SignalChange();
        }
    }

    private async Task<bool> CopySharedAsync(TableLane lane, CancellationToken cancellationToken)
    {
        SharedSnapshotCopy? begun = await SharedSnapshotCopy.BeginAsync(context, lane, cancellationToken).ConfigureAwait(false);
        if (begun is null)
            return false;
        await using SharedSnapshotCopy copy = begun;
        State.SignalChange();
        FailPoint.Reach(FailPoint.ChunkBegun);
        await copy.WorkAsync(cancellationToken).ConfigureAwait(false);
        await copy.EndAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// The stream is past every fence and the position is durable: which snapshot copied which range decides nothing any more.
    /// One row says so, and the ranges' rows go.
    /// </summary>
    private async Task RecordAsync(TableLane lane, CancellationToken cancellationToken)
    {
        StoredTable copied;
        int[] ranges;
        lock (State.Gate)
        {
            copied = new StoredTable(
                lane.Layout.FullName, CopyState.Copied, lane.NotBefore, lane.Copy.NextNumber, lane.Counters.RowsCopied, lane.Counters.BytesCopied, lane.Copy.Started, context.Time.GetUtcNow());
            ranges = [.. lane.Copy.StoredNumbers];
        }

        await context.Progress.WriteAsync(copied, cancellationToken).ConfigureAwait(false);
        FailPoint.Reach(FailPoint.RangesPersisted);
        await context.Progress.DeleteRangesAsync(lane.Layout.FullName, ranges, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            lane.Copy.StoredNumbers.Clear();
            lane.Copy.IsRecorded = true;
            lane.Settle();
        }
    }

    /// <summary>A backlog that is caught up with drops transactions for unread ranges faster than any heartbeat; all but the last of them can be seen.</summary>
    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PruningPause, context.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            lock (State.Gate)
            {
                if (!State.Lanes.Any(static l => l.DroppedTransactions.Count > ManyDropped))
                    continue;
            }

            try
            {
                await using NpgsqlConnection connection = await context.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                TransactionSnapshot now = (await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false)).Snapshot;
                lock (State.Gate)
                {
                    foreach (TableLane lane in State.Lanes)
                        lane.PruneDropped(now);
                }
            }
            catch (Exception error) when (SourceFailure.IsTransient(error))
            {
                // The stream notices as well, and says so.
            }
        }
    }

    /// <summary>Wishes of the verb <c>resnapshot</c>, which anybody may leave in the progress table while the pipeline runs.</summary>
    private async Task WatchRequestsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(context.Options.HeartbeatInterval, context.Time);
        do
        {
            try
            {
                foreach (StoredRequest request in await context.Progress.ReadRequestsAsync(cancellationToken).ConfigureAwait(false))
                    Accept(request);
            }
            catch (StarRocksException error) when (error.IsRetryable)
            {
                // It is looked for again.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private void Accept(StoredRequest request)
    {
        lock (State.Gate)
        {
            if (State.Lanes.FirstOrDefault(l => l.Layout.FullName == request.Table)?.Copy is not { } orders || orders.Request == request)
                return;
            orders.Request = request;
            orders.IsRestartWanted = true;
        }

        State.SignalChange();
    }
}
