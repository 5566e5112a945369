using PipelineGen.LocalStarRocks.Load.Transactions;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Makes COMMITTED transactions VISIBLE, in the order of their commits: the next one's rows may replace this one's. Idle unless
/// <see cref="LocalStarRocksFaults.SlowPublish"/> is set, or was when the process ended.
/// </summary>
internal sealed class Publisher : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _queue = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = NewSignal();
    private Task _running = Task.CompletedTask;

    public Publisher(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Faults.SlowPublishChanged += Changed;
        foreach (LoadTransaction committed in cluster.Labels.Committed())
        {
            _ = Enqueue(committed);
        }
    }

    /// <summary>Whether a commit must be published later than it is committed. Asked within the store's gate, where commits are one after another.</summary>
    public bool Delays
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count > 0 || _cluster.Faults.SlowPublish != TimeSpan.Zero;
            }
        }
    }

    /// <summary>Ends when the transaction is VISIBLE. Called within the store's gate.</summary>
    public Task Enqueue(LoadTransaction transaction)
    {
        lock (_lock)
        {
            var waiting = new Waiting(transaction, _cluster.Time.GetUtcNow());
            _queue.Enqueue(waiting);
            if (_queue.Count == 1)
            {
                Task before = _running;
                _running = Task.Run(() => RunAsync(before));
            }

            return waiting.Visible.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Faults.SlowPublishChanged -= Changed;
        await _stop.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_lock)
        {
            running = _running;
        }

        await running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Changed()
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private async Task RunAsync(Task before)
    {
        await before.ConfigureAwait(false);
        while (!_stop.IsCancellationRequested)
        {
            Waiting next;
            Task changed;
            lock (_lock)
            {
                if (!_queue.TryPeek(out next!))
                {
                    return;
                }

                changed = _changed.Task;
            }

            if (!await IsDueAsync(next, changed).ConfigureAwait(false))
            {
                continue;
            }

            await PublishAsync(next.Transaction).ConfigureAwait(false);
            lock (_lock)
            {
                _queue.Dequeue();
                next.Visible.TrySetResult();
                if (_queue.Count == 0)
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> IsDueAsync(Waiting next, Task changed)
    {
        TimeSpan delay = _cluster.Faults.SlowPublish;
        TimeSpan left = delay == Timeout.InfiniteTimeSpan ? delay : next.Since + delay - _cluster.Time.GetUtcNow();
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            return true;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(changed, Task.Delay(left, _cluster.Time, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        return false;
    }

    private async Task PublishAsync(LoadTransaction transaction)
    {
        try
        {
            await _cluster.Store.WriteAsync(
                db =>
                {
                    _cluster.Application.Publish(db, transaction, StagedStore.Read(db, transaction.Id));
                    StagedStore.Delete(db, transaction.Id);
                    _cluster.Labels.Save(db, transaction, LabelState.Visible);
                    return true;
                },
                _ => _cluster.Labels.Publish(transaction), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // StarRocks has the rows in its files by now; the stand-in has to read the bodies again, and an ALTER may have come between.
            _cluster.Labels.AbortCommitted(transaction, $"{Cluster.Comment} could not publish: {e.Message}");
            await _cluster.Labels.SaveAbortedAsync(transaction).ConfigureAwait(false);
        }
    }

    private sealed record Waiting(LoadTransaction Transaction, DateTimeOffset Since)
    {
        public TaskCompletionSource Visible { get; } = NewSignal();
    }
}
