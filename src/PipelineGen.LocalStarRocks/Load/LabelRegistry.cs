using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// The label table (STARROCKS.md, 1.5, 2.4): labels live per database; one is free again only when all its transactions are
/// ABORTED. Timeouts and forgetting have no thread of their own: whoever looks finds what the clock has done meanwhile.
/// </summary>
internal sealed partial class LabelRegistry
{
    private readonly Lock _lock = new();
    private readonly SqliteStore _store;
    private readonly TimeProvider _time;
    private readonly int _maxRunning;
    private readonly SortedDictionary<long, LoadTransaction> _all = [];
    private readonly Dictionary<(string Database, string Label), LoadTransaction> _newest = [];
    private readonly Dictionary<long, LoadTransaction> _open = [];
    private readonly Dictionary<string, long> _databaseIds = new(StringComparer.Ordinal);
    private long _nextId;

    /// <param name="maxRunning">StarRocks' <c>max_running_txn_num_per_db</c>.</param>
    public LabelRegistry(SqliteStore store, TimeProvider time, int maxRunning = 1000)
    {
        _store = store;
        _time = time;
        _maxRunning = maxRunning;
        _cleaned = time.GetUtcNow();
        SqliteHandle db = store.RentReader();
        LabelJournal.Create(db);
        Transactions.StagedStore.Create(db);
        foreach (LoadTransaction transaction in LabelJournal.Read(db, out _nextId))
        {
            Add(transaction);
        }

        store.Return(db);
    }

    /// <summary>The id that the next transaction gets: an ALTER job waits for every open one below it (6.1).</summary>
    public long NextId
    {
        get
        {
            lock (_lock)
            {
                return _nextId;
            }
        }
    }

    /// <summary>Begins a transaction, or gives back the one that holds the label.</summary>
    public bool TryBegin(string database, string label, out LoadTransaction transaction) => TryBegin(new LoadStart(database, label), out transaction);

    /// <summary>Begins a transaction, or gives back the one that holds the label.</summary>
    /// <exception cref="LoadFailure">The database has too many transactions under way.</exception>
    public bool TryBegin(LoadStart start, out LoadTransaction transaction)
    {
        lock (_lock)
        {
            Look();
            if (_newest.TryGetValue((start.Database, start.Label), out LoadTransaction? held) && held.State != LabelState.Aborted)
            {
                transaction = held;
                return false;
            }

            int running = _open.Values.Count(t => t.Database == start.Database);
            if (running >= _maxRunning)
            {
                throw TooManyRunning(start.Database, running);
            }

            transaction = new LoadTransaction(_nextId++, start.Database, start.Label) 
            {
                Source = start.Source,
                Timeout = start.Timeout,
                IdleTimeout = start.IdleTimeout,
                PrepareTime = _time.GetUtcNow(),
            };
            Add(transaction);
            return true;
        }
    }

    /// <summary>What a begin over the limit says (STARROCKS.md, 8).</summary>
    public LoadFailure TooManyRunning(string database)
    {
        lock (_lock)
        {
            return TooManyRunning(database, _maxRunning);
        }
    }

    /// <summary>The state of the newest transaction of a label; null when it was never seen or is forgotten.</summary>
    public (LabelState State, string Reason)? Find(string database, string label)
    {
        lock (_lock)
        {
            Look();
            return _newest.TryGetValue((database, label), out LoadTransaction? found) ? (found.State, found.Reason) : null;
        }
    }

    /// <summary>The newest transaction of a label itself, or null.</summary>
    public LoadTransaction? Newest(string database, string label)
    {
        lock (_lock)
        {
            Look();
            return _newest.GetValueOrDefault((database, label));
        }
    }

    /// <summary>Every known transaction of a database as it is now, oldest first.</summary>
    public IReadOnlyList<LoadTransaction> List(string database)
    {
        lock (_lock)
        {
            Look();
            return [.. _all.Values.Where(t => t.Database == database).Select(t => t.Copy())];
        }
    }

    public void AddTable(LoadTransaction transaction, long tableId)
    {
        lock (_lock)
        {
            transaction.TableIds.Add(tableId);
        }
    }

    /// <summary>When the BE gives the transaction up unless a call comes before; null while one runs, and when the BE knows nothing of it.</summary>
    public void SetIdleDeadline(LoadTransaction transaction, DateTimeOffset? deadline)
    {
        lock (_lock)
        {
            transaction.IdleDeadline = deadline;
            Expect(transaction);
        }
    }

    /// <summary>Notes what the load counted; shown by SHOW TRANSACTION's neighbours, never acted on.</summary>
    public void SetCounts(LoadTransaction transaction, LoadCounts counts, string? errorUrl)
    {
        lock (_lock)
        {
            transaction.Counts = counts;
            transaction.ErrorUrl = errorUrl;
        }
    }

    /// <summary>Whether a transaction below <paramref name="before"/> that loads into the table is still PREPARE, PREPARED or COMMITTED.</summary>
    public bool HasOpen(long tableId, long before)
    {
        lock (_lock)
        {
            Look();
            return _open.Values.Any(t => t.Id < before && t.TableIds.Contains(tableId));
        }
    }

    public bool TryPrepare(LoadTransaction transaction, TimeSpan preparedTimeout)
    {
        lock (_lock)
        {
            Look();
            transaction.PreparedTimeout = preparedTimeout;
            return Move(transaction, LabelState.Prepare, LabelState.Prepared, "");
        }
    }

    /// <summary>Moves a PREPARE transaction on. False when somebody aborted it meanwhile.</summary>
    public bool TryCommit(LoadTransaction transaction) => TryCommit(transaction, LabelState.Prepare);

    public bool TryCommit(LoadTransaction transaction, LabelState from)
    {
        lock (_lock)
        {
            Look();
            return Move(transaction, from, LabelState.Committed, "");
        }
    }

    /// <summary>Back to where it was: the write that should have made the move durable failed.</summary>
    public void Undo(LoadTransaction transaction, LabelState moved, LabelState back)
    {
        lock (_lock)
        {
            Move(transaction, moved, back, "");
        }
    }

    public void Publish(LoadTransaction transaction) => Move(transaction, LabelState.Committed, LabelState.Visible, "");

    public bool Abort(LoadTransaction transaction, string reason) => Move(transaction, LabelState.Prepare, LabelState.Aborted, reason);

    /// <summary>Aborts a PREPARE transaction and journals it, unless it has ended meanwhile.</summary>
    public Task AbortAsync(LoadTransaction transaction, string reason) => Abort(transaction, reason) ? SaveAbortedAsync(transaction) : Task.CompletedTask;

    public bool AbortPrepared(LoadTransaction transaction, string reason) => Move(transaction, LabelState.Prepared, LabelState.Aborted, reason);

    /// <summary>Only when the stand-in itself could not publish what it had committed.</summary>
    public bool AbortCommitted(LoadTransaction transaction, string reason) => Move(transaction, LabelState.Committed, LabelState.Aborted, reason);

    /// <summary>Whether the FE that leads now has this very transaction.</summary>
    public bool Knows(LoadTransaction transaction)
    {
        lock (_lock)
        {
            return _all.TryGetValue(transaction.Id, out LoadTransaction? found) && found == transaction;
        }
    }

    /// <summary><c>_cancel</c>: aborts a PREPARE transaction only.</summary>
    public LoadTransaction? Cancel(string database, string label, string reason)
    {
        lock (_lock)
        {
            Look();
            return _newest.TryGetValue((database, label), out LoadTransaction? found) && Move(found, LabelState.Prepare, LabelState.Aborted, reason) ? found : null;
        }
    }

    /// <summary>Another FE leads now: it knows what was journaled, and no PREPARE was (STARROCKS.md, 2.4).</summary>
    public void ForgetPrepares()
    {
        lock (_lock)
        {
            foreach (LoadTransaction lost in _open.Values.Where(t => t.State == LabelState.Prepare).ToArray())
            {
                lost.State = LabelState.Aborted;
                lost.Reason = "FE leader switched";
                Remove(lost);
            }
        }
    }

    /// <summary>Every COMMITTED transaction: its rows are still to be published.</summary>
    public IReadOnlyList<LoadTransaction> Committed()
    {
        lock (_lock)
        {
            return [.. _open.Values.Where(t => t.State == LabelState.Committed).OrderBy(t => t.CommitTime).ThenBy(t => t.Id)];
        }
    }

    private LoadFailure TooManyRunning(string database, int running)
    {
        if (!_databaseIds.TryGetValue(database, out long id))
        {
            _databaseIds[database] = id = 10_001 + _databaseIds.Count;
        }

        return new LoadFailure($"current running txns on db {id} is {running}, larger than limit {_maxRunning}");
    }

    private void Add(LoadTransaction transaction)
    {
        _all[transaction.Id] = transaction;
        _newest[(transaction.Database, transaction.Label)] = transaction;
        if (transaction.IsOpen)
        {
            _open[transaction.Id] = transaction;
            Expect(transaction);
        }
    }

    private void Remove(LoadTransaction transaction)
    {
        _all.Remove(transaction.Id);
        _open.Remove(transaction.Id);
        if (_newest.TryGetValue((transaction.Database, transaction.Label), out LoadTransaction? newest) && newest == transaction)
        {
            _newest.Remove((transaction.Database, transaction.Label));
        }
    }

    private bool Move(LoadTransaction transaction, LabelState from, LabelState to, string reason)
    {
        lock (_lock)
        {
            if (transaction.State != from)
            {
                return false;
            }

            DateTimeOffset now = _time.GetUtcNow();
            transaction.State = to;
            transaction.Reason = reason;
            switch (to)
            {
                case LabelState.Prepared:
                    transaction.PreparedTime = now;
                    break;
                case LabelState.Committed:
                    transaction.CommitTime = now;
                    break;
                case LabelState.Visible:
                    transaction.PublishTime ??= now;
                    transaction.FinishTime = now;
                    break;
                case LabelState.Aborted:
                    transaction.FinishTime = now;
                    break;
            }

            if (transaction.IsOpen)
            {
                Expect(transaction);
            }
            else
            {
                _open.Remove(transaction.Id);
            }

            return true;
        }
    }
}
