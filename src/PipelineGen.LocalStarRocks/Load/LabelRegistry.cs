using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

internal enum LabelState { Prepare, Prepared, Committed, Visible, Aborted }

/// <summary>One load transaction.</summary>
internal sealed class LoadTransaction(long id, string database, string label)
{
    public long Id { get; } = id;
    public string Database { get; } = database;
    public string Label { get; } = label;
    public LabelState State { get; set; } = LabelState.Prepare;
    public string Reason { get; set; } = "";
    public DateTimeOffset Started { get; init; }
    public DateTimeOffset Finished { get; set; }

    /// <summary>INSERT_STREAMING for an INSERT, else a load's.</summary>
    public string SourceType { get; init; } = "BACKEND_STREAMING";

    /// <summary><c>TableDefinition.Id</c> of every table it loads into; guarded by the registry.</summary>
    public HashSet<long> TableIds { get; private init; } = [];

    public LoadTransaction Copy() => new(Id, Database, Label)
    {
        State = State, Reason = Reason, Started = Started, Finished = Finished, SourceType = SourceType, TableIds = [.. TableIds],
    };
}

/// <summary>
/// The label table (STARROCKS.md, 1.5): labels live per database; one is free again only when all its transactions are ABORTED.
/// A plain load's PREPARE is not journaled, so after a restart such a label is unknown, as with StarRocks.
/// </summary>
internal sealed class LabelRegistry
{
    private static readonly TimeSpan CleanInterval = TimeSpan.FromSeconds(14_400);
    private static readonly TimeSpan KeepMax = TimeSpan.FromSeconds(259_200);
    private const int KeepCount = 1000;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<(string Database, string Label), LoadTransaction> _newest = [];
    private long _nextId = 1;
    private DateTimeOffset _cleaned;

    public LabelRegistry(SqliteStore store, TimeProvider time)
    {
        _time = time;
        _cleaned = time.GetUtcNow();
        SqliteHandle db = store.RentReader();
        using (SqliteStatement rows = db.Prepare("SELECT txn, db, label, state, reason, finished FROM sr_labels ORDER BY txn"))
        {
            while (rows.Step())
            {
                var transaction = new LoadTransaction(rows.Integer(0), rows.Text(1), rows.Text(2))
                {
                    State = Enum.Parse<LabelState>(rows.Text(3)),
                    Reason = rows.Text(4),
                    Started = DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(5)),
                    Finished = DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(5)),
                };
                _newest[(transaction.Database, transaction.Label)] = transaction;
                _nextId = transaction.Id + 1;
            }
        }

        store.Return(db);
    }

    /// <summary>Begins a transaction, or gives back the one that holds the label.</summary>
    public bool TryBegin(string database, string label, out LoadTransaction transaction, string sourceType = "BACKEND_STREAMING")
    {
        lock (_lock)
        {
            Clean();
            if (_newest.TryGetValue((database, label), out LoadTransaction? held) && held.State != LabelState.Aborted)
            {
                transaction = held;
                return false;
            }

            transaction = new LoadTransaction(_nextId++, database, label) { Started = _time.GetUtcNow(), SourceType = sourceType };
            _newest[(database, label)] = transaction;
            return true;
        }
    }

    /// <summary>The state of the newest transaction of a label; null when it was never seen or is forgotten.</summary>
    public (LabelState State, string Reason)? Find(string database, string label)
    {
        lock (_lock)
        {
            return _newest.TryGetValue((database, label), out LoadTransaction? found) ? (found.State, found.Reason) : null;
        }
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

    /// <summary>What is known of a database's transactions, the oldest first.</summary>
    public IReadOnlyList<LoadTransaction> List(string database)
    {
        lock (_lock)
        {
            return [.. _newest.Values.Where(t => t.Database == database).OrderBy(t => t.Id).Select(t => t.Copy())];
        }
    }

    public void AddTable(LoadTransaction transaction, long tableId)
    {
        lock (_lock)
        {
            transaction.TableIds.Add(tableId);
        }
    }

    /// <summary>Whether a transaction below <paramref name="before"/> that loads into the table is still PREPARE, PREPARED or COMMITTED.</summary>
    public bool HasOpen(long tableId, long before)
    {
        lock (_lock)
        {
            return _newest.Values.Any(t => t.Id < before && t.State is not (LabelState.Visible or LabelState.Aborted) && t.TableIds.Contains(tableId));
        }
    }

    /// <summary>Moves a PREPARE transaction on. False when somebody aborted it meanwhile.</summary>
    public bool TryCommit(LoadTransaction transaction) => Move(transaction, LabelState.Prepare, LabelState.Committed, "");

    public void Publish(LoadTransaction transaction) => Move(transaction, LabelState.Committed, LabelState.Visible, "");

    public bool Abort(LoadTransaction transaction, string reason) =>
        Move(transaction, LabelState.Prepare, LabelState.Aborted, reason) || Move(transaction, LabelState.Committed, LabelState.Aborted, reason);

    /// <summary><c>_cancel</c>: aborts a PREPARE transaction only.</summary>
    public LoadTransaction? Cancel(string database, string label, string reason)
    {
        lock (_lock)
        {
            return _newest.TryGetValue((database, label), out LoadTransaction? found) && Move(found, LabelState.Prepare, LabelState.Aborted, reason) ? found : null;
        }
    }

    public void Save(SqliteHandle db, LoadTransaction transaction, LabelState state)
    {
        using SqliteStatement insert = db.Prepare("INSERT OR REPLACE INTO sr_labels VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        insert.Bind(1, transaction.Id);
        insert.Bind(2, transaction.Database);
        insert.Bind(3, transaction.Label);
        insert.Bind(4, state.ToString());
        insert.Bind(5, transaction.Reason);
        insert.Bind(6, _time.GetUtcNow().ToUnixTimeMilliseconds());
        insert.Step();
        using SqliteStatement forget = db.Prepare("DELETE FROM sr_labels WHERE finished < ?1");
        forget.Bind(1, (_time.GetUtcNow() - KeepMax - CleanInterval).ToUnixTimeMilliseconds());
        forget.Step();
    }

    private bool Move(LoadTransaction transaction, LabelState from, LabelState to, string reason)
    {
        lock (_lock)
        {
            if (transaction.State != from)
            {
                return false;
            }

            transaction.State = to;
            transaction.Reason = reason;
            transaction.Finished = _time.GetUtcNow();
            return true;
        }
    }

    // Every four hours: finished ones older than three days, or beyond the newest 1000 of a database.
    private void Clean()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now - _cleaned < CleanInterval)
        {
            return;
        }

        _cleaned = now;
        foreach (IGrouping<string, LoadTransaction> database in _newest.Values.GroupBy(t => t.Database, StringComparer.Ordinal).ToArray())
        {
            int kept = 0;
            foreach (LoadTransaction finished in database.Where(t => t.State is LabelState.Visible or LabelState.Aborted).OrderByDescending(t => t.Id))
            {
                if (++kept > KeepCount || now - finished.Finished > KeepMax)
                {
                    _newest.Remove((finished.Database, finished.Label));
                }
            }
        }
    }
}
