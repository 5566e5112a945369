using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// One replication connection's life: reads messages, applies them, cuts batches at transaction ends, hands them to the
/// loader and acknowledges what is durable. One loop, one flush under way at a time.
/// </summary>
internal sealed class StreamSession(
    PipelineState state, ReplicationStream stream, ChangeApplier applier, IBatchLoader loader, FlushCadence cadence, NpgsqlDataSource source, PipelineOptions options,
    string systemIdentifier, bool cutsEveryTransaction, TimeProvider time) : IDisposable
{
    /// <summary>How long a stop may wait for the end of the transaction that is being received.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CopyPause = TimeSpan.FromMilliseconds(50);

    private readonly WalBatch _batch = new();
    private int _next;
    private Task? _read;
    private Task? _flush;
    private bool _finishing;
    private bool _unsent;
    private long _lastFlush = time.GetTimestamp();

    /// <summary>Runs until the token fires; then flushes, persists and acknowledges.</summary>
    /// <param name="stop">Asks for a clean stop.</param>
    /// <param name="abort">Breaks everything off.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                await StepAsync(stop, abort).ConfigureAwait(false);
            await FinishAsync(abort).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SchemaDriftException or ColumnValueException or AppendOnlyException or QuarantineLimitException)
        {
            // What was received before the change that nobody can go on from becomes durable first: else the build that knows
            // the new shape would meet the old one once more, and neither could start.
            if (options.Consistency == LoadConsistency.Table || !applier.InTransaction)
            {
                await FlushAllAsync(abort).ConfigureAwait(false);
                throw;
            }

            // Part of a transaction must not become visible, and waits in one queue with the whole ones before it: these are
            // received once more, and cut apart.
            if (_flush is not null)
                await _flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cutsEveryTransaction)
                throw new BatchLostException($"what was received before is loaded first, transaction by transaction; then: {error.Message}", error);
            throw;
        }
        catch when (_flush is not null)
        {
            // The next session starts at the durable position: a flush that is still under way must have an end first. What it
            // ends with is no news beside the error that is under way.
            await _flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // But a flush that failed for good may have left loads of unknown outcome: only a start settles these.
            if (_flush is { IsFaulted: true } && _flush.Exception.InnerException is { } fault and not BatchLostException)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }

    public void Dispose()
    {
        if (_read is null or { IsCompleted: true })
            _batch.Dispose();
    }

    private async Task StepAsync(CancellationToken stop, CancellationToken abort)
    {
        _read ??= _next < _batch.Count ? Task.CompletedTask : stream.ReadAsync(_batch, abort);
        if (!_read.IsCompleted)
            await WaitAsync(stop).ConfigureAwait(false);
        if (_flush is { IsCompleted: true })
            await EndFlushAsync().ConfigureAwait(false);
        await SendStatusAsync(abort).ConfigureAwait(false);
        if (_read.IsCompleted)
        {
            await _read.ConfigureAwait(false);
            _read = null;
            await ApplyBatchAsync(stop, abort).ConfigureAwait(false);
        }
        else
        {
            WhenQuiet(abort);
        }
    }

    /// <summary>Until bytes arrive, a flush ends, a table's state changes, or the time for a flush or a heartbeat has come.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var any = new List<Task>(4) { _read!, state.Changed, Task.Delay(UntilDue(), time, waits.Token) };
        if (_flush is not null)
            any.Add(_flush);
        await Task.WhenAny(any).ConfigureAwait(false);
        await waits.CancelAsync().ConfigureAwait(false);
    }

    private TimeSpan UntilDue()
    {
        // A keepalive moves the received position without ending a read, so somebody who waits for it needs a look at it.
        if (state.Wanted > state.Durable)
            return TimeSpan.FromMilliseconds(20);
        TimeSpan rest = cadence.Interval - time.GetElapsedTime(_lastFlush);
        if (rest > TimeSpan.FromMilliseconds(20))
            return rest;
        lock (state.Gate)
            return state.Lanes.Any(static l => l.HasReady) ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromSeconds(1);
    }

    private bool IsFlushDue => time.GetElapsedTime(_lastFlush) >= cadence.Interval;

    private async Task ApplyBatchAsync(CancellationToken stop, CancellationToken abort)
    {
        state.Received = Lsn.Max(state.Received, stream.ReceivedLsn);
        while (_next < _batch.Count)
        {
            ApplyStop stopped;
            bool wantsFlush = _flush is null or { IsCompleted: true } && IsFlushDue;
            Task changed = state.Changed;
            lock (state.Gate)
                stopped = applier.Apply(_batch, ref _next, _finishing || cutsEveryTransaction || wantsFlush || state.WaitingBytes >= cadence.Bytes);
            switch (stopped)
            {
                case ApplyStop.PointRead:
                    applier.Supply(await applier.PointRead!.ReadAsync(source, time, abort).ConfigureAwait(false));
                    break;
                case ApplyStop.TableBusy:
                    if (!await WaitForCopyAsync(changed, stop, abort).ConfigureAwait(false))
                        return;
                    break;
                case ApplyStop.TransactionEnd when _finishing:
                    return;
                case ApplyStop.TransactionEnd or ApplyStop.Full:
                    if (!await FlushOrWaitAsync(stop, abort).ConfigureAwait(false))
                        return;
                    if (cutsEveryTransaction)
                        await EndFlushAsync().ConfigureAwait(false);
                    break;
            }
        }

        _batch.Clear();
        _next = 0;
    }

    /// <summary>A TRUNCATE waits for the chunks of its table: seconds. False when told to stop meanwhile.</summary>
    private async Task<bool> WaitForCopyAsync(Task changed, CancellationToken stop, CancellationToken abort)
    {
        state.SignalChange();
        // What is ready goes on meanwhile; a table that is copied again waits for the flush that has its rows.
        if (_flush is { IsCompleted: true })
            await EndFlushAsync().ConfigureAwait(false);
        await Task.WhenAny(changed, Task.Delay(CopyPause, time, stop)).WaitAsync(abort).ConfigureAwait(false);
        return !stop.IsCancellationRequested;
    }

    /// <summary>
    /// Starts a flush. When one is under way already, it is awaited only if there is no room to read on. False when told to
    /// stop while nothing can be flushed.
    /// </summary>
    private async Task<bool> FlushOrWaitAsync(CancellationToken stop, CancellationToken abort)
    {
        while (true)
        {
            Task changed = state.Changed;
            bool isFull;
            bool isHeld;
            lock (state.Gate)
            {
                isFull = state.WaitingBytes >= options.HardLimitBytes;
                isHeld = state.Lanes.Any(static l => l.HasWaiting) && !state.Lanes.Any(static l => l.HasReady);
            }

            if (_flush is { IsCompleted: false } && !isFull)
                return true;
            if (_flush is not null)
                await EndFlushAsync().ConfigureAwait(false);
            if (!isHeld)
            {
                // Also with nothing to load: a stream that only brings what is dropped must not keep the server's WAL.
                BeginFlush(abort);
                if (!isFull)
                    return true;
                continue;
            }

            if (!isFull)
                return true;
            // Everything that waits does so behind a chunk. Reading on would only pile up more; the slot keeps it meanwhile.
            await Task.WhenAny(changed, Task.Delay(Timeout.InfiniteTimeSpan, time, stop)).WaitAsync(abort).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return false;
        }
    }

    private void WhenQuiet(CancellationToken abort)
    {
        // One that has just ended, well or badly, is looked at first.
        if (_flush is not null)
            return;
        bool waits;
        lock (state.Gate)
            waits = state.Lanes.Any(static l => l.HasReady) || (loader.HoldsRows && !applier.InTransaction && applier.TransactionEnd > state.Durable);
        if (waits && (IsFlushDue || (state.Wanted > state.Durable && !cadence.IsSlowed)))
        {
            BeginFlush(abort);
            return;
        }

        PersistIdle(abort);
    }

    /// <summary>
    /// Frees WAL though nothing of it was ours: only with nothing received that is not applied, no open transaction, and
    /// nothing applied that is not durable (POSTGRES.md 3.3).
    /// </summary>
    private void PersistIdle(CancellationToken abort)
    {
        if (!stream.TryGetIdlePosition(out Lsn sample) || _read is not { IsCompleted: false } || applier.InTransaction || _flush is not null)
            return;
        state.Received = Lsn.Max(state.Received, sample);
        bool empty;
        lock (state.Gate)
            empty = state.Lanes.All(static l => !l.HasWaiting && !l.Copy.HoldsCheckpoint);
        Lsn position = Lsn.Max(sample, applier.TransactionEnd);
        if (!empty || position <= state.Durable)
            return;
        bool wanted = state.Wanted > state.Durable && position >= state.Wanted;
        if (!wanted && time.GetElapsedTime(_lastFlush) < options.HeartbeatInterval)
            return;
        _lastFlush = time.GetTimestamp();
        _flush = loader.RunAsync(new FlushCycle([], Checkpoint(position)), abort);
    }

    private void BeginFlush(CancellationToken abort)
    {
        var work = new List<FlushWork>();
        StoredPosition? checkpoint;
        lock (state.Gate)
        {
            checkpoint = NextCheckpoint() is { } position ? Checkpoint(position) : null;
            if (checkpoint is null && !state.Lanes.Any(static l => l.HasReady))
                return;
            foreach (TableLane lane in state.Lanes)
            {
                if (lane.HasReady)
                    work.Add(new FlushWork(lane, lane.Appends?.Received ?? default, lane.TakeQueue()));
            }
        }

        _lastFlush = time.GetTimestamp();
        var cycle = new FlushCycle(work, checkpoint, applier.InTransaction);
        bool[] truncates = [.. work.Select(static w => w.HasTruncate)];
        cycle.Ended += () => GiveBack(work, truncates);
        FailPoint.Reach(FailPoint.BatchTaken);
        _flush = loader.RunAsync(cycle, abort);
    }

    /// <summary>
    /// The checkpoint rule (POSTGRES.md, section 3): the end of the last whole transaction, since what the queues have of the
    /// one that is being received comes again, whole, after it. Not beyond changes that wait behind a chunk: they would be
    /// missing if the process died and the chunk turned out to be in the target. Null when the position can't move.
    /// </summary>
    private Lsn? NextCheckpoint()
    {
        Lsn position = applier.TransactionEnd;
        if (state.HeldAt is { } held && held < position)
            position = held;
        return position > state.Durable && !state.Lanes.Any(static l => l.Copy.HoldsCheckpoint) ? position : null;
    }

    private void GiveBack(List<FlushWork> work, bool[] truncates)
    {
        lock (state.Gate)
        {
            for (int i = 0; i < truncates.Length; i++)
                work[i].Lane.Returned(truncates[i]);
        }

        state.SignalChange();
    }

    private StoredPosition Checkpoint(Lsn position)
    {
        lock (state.Gate)
        {
            // R goes with the checkpoint: changes that were dropped for an unread table do not come again after it.
            Dictionary<string, IReadOnlyList<ulong>> dropped = state.Lanes
                .Where(static l => l.DroppedTransactions.Count > 0 && !l.IsCopied)
                .ToDictionary(static l => l.Layout.FullName, static l => (IReadOnlyList<ulong>)[.. l.DroppedTransactions.Order()], StringComparer.Ordinal);
            return new StoredPosition(position, systemIdentifier, dropped, state.Timeline);
        }
    }

    private async Task EndFlushAsync()
    {
        if (_flush is not { } flush)
            return;
        _flush = null;
        cadence.FlushEnded();
        await flush.ConfigureAwait(false);
        stream.Acknowledge(state.Durable);
        FailPoint.Reach(FailPoint.Acknowledged);
        _unsent = true;
    }

    /// <summary>Tells the server after each durable batch; Npgsql's timer does it besides (POSTGRES.md 3.4).</summary>
    private async Task SendStatusAsync(CancellationToken abort)
    {
        if (!_unsent)
            return;
        _unsent = false;
        await stream.SendStatusAsync(abort).ConfigureAwait(false);
    }

    /// <summary>A clean stop (POSTGRES.md 3.5): to the end of the transaction, flush, persist, acknowledge, see it confirmed.</summary>
    private async Task FinishAsync(CancellationToken abort)
    {
        _finishing = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        limit.CancelAfter(StopLimit);
        // A transaction that takes longer comes again, whole, at the next start: its position is not persisted.
        while (applier.InTransaction && !limit.IsCancellationRequested)
            await StepAsync(limit.Token, abort).ConfigureAwait(false);

        await FlushAllAsync(abort).ConfigureAwait(false);
        _unsent = true;
        await SendStatusAsync(abort).ConfigureAwait(false);
    }

    private async Task FlushAllAsync(CancellationToken abort)
    {
        await EndFlushAsync().ConfigureAwait(false);
        BeginFlush(abort);
        await EndFlushAsync().ConfigureAwait(false);
    }
}
