using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>What the clock does to the label table, and what of it is on disk.</summary>
internal sealed partial class LabelRegistry
{
    private static readonly TimeSpan CleanInterval = TimeSpan.FromSeconds(14_400);
    private static readonly TimeSpan KeepMax = TimeSpan.FromSeconds(259_200);
    private const int KeepCount = 1000;

    private DateTimeOffset _cleaned;
    private DateTimeOffset _nextDeadline = DateTimeOffset.MaxValue;
    private Task _written = Task.CompletedTask;

    /// <summary>Journals within the write that the state comes from.</summary>
    public void Save(SqliteHandle db, LoadTransaction transaction, LabelState state) => LabelJournal.Save(db, transaction, state, _time.GetUtcNow(), NextId);

    /// <summary>Journals a transaction that was just aborted.</summary>
    public Task SaveAbortedAsync(LoadTransaction transaction) => _store.WriteAsync(db =>
    {
        Save(db, transaction, LabelState.Aborted);
        StagedStore.Delete(db, transaction.Id);
        return true;
    }, CancellationToken.None);

    /// <summary>Until what the clock did is on disk.</summary>
    public Task FlushAsync()
    {
        lock (_lock)
        {
            return _written;
        }
    }

    private void Expect(LoadTransaction transaction)
    {
        if (transaction.Deadline < _nextDeadline)
        {
            _nextDeadline = transaction.Deadline;
        }
    }

    // What StarRocks' threads do every 30 seconds and every 4 hours.
    private void Look()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now >= _nextDeadline)
        {
            _nextDeadline = DateTimeOffset.MaxValue;
            foreach (LoadTransaction open in _open.Values.ToArray())
            {
                if (now < open.Deadline)
                {
                    Expect(open);
                }
                else if (Move(open, open.State, LabelState.Aborted, open.TimeoutReason))
                {
                    Write(db =>
                    {
                        Save(db, open, LabelState.Aborted);
                        StagedStore.Delete(db, open.Id);
                    });
                }
            }
        }

        if (now - _cleaned >= CleanInterval)
        {
            _cleaned = now;
            Clean(now);
        }
    }

    // Finished ones older than three days, or beyond the newest 1000 of a database.
    private void Clean(DateTimeOffset now)
    {
        var forgotten = new List<LoadTransaction>();
        foreach (IGrouping<string, LoadTransaction> database in _all.Values.Where(t => !t.IsOpen).GroupBy(t => t.Database, StringComparer.Ordinal))
        {
            int kept = 0;
            foreach (LoadTransaction finished in database.OrderByDescending(t => t.FinishTime).ThenByDescending(t => t.Id))
            {
                if (++kept > KeepCount || now - finished.FinishTime > KeepMax)
                {
                    forgotten.Add(finished);
                }
            }
        }

        forgotten.ForEach(Remove);
        if (forgotten.Count > 0)
        {
            Write(db => LabelJournal.Forget(db, forgotten.Select(t => t.Id)));
        }
    }

    // On another thread: this one holds the lock, and whoever has the database's gate may want it.
    private void Write(Action<SqliteHandle> work)
    {
        Task before = _written;
        _written = Task.Run(async () =>
        {
            await before.ConfigureAwait(false);
            await _store.WriteAsync(db =>
            {
                work(db);
                return true;
            }, CancellationToken.None).ConfigureAwait(false);
        });
    }
}
