using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>
/// Schema changes as jobs (STARROCKS.md, 6.1): one at a time per table, PENDING, then WAITING_TXN until every transaction
/// begun before is over, RUNNING, and then FINISHED or CANCELLED. What fast schema evolution can do is FINISHED at once.
/// Jobs are kept with the tables: a restart goes on with those that were not over.
/// </summary>
internal sealed class AlterJobs : IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(86_400);

    // Behind "see": the server names its documentation's page.
    private const string ShowAlter = "https://docs.starrocks.io/docs/sql-reference/sql-statements/table_bucket_part_index/SHOW_ALTER/";

    private readonly Cluster _cluster;
    private readonly Lock _lock = new();
    private readonly List<AlterJob> _jobs = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _nextId = 10_001;

    public AlterJobs(Cluster cluster)
    {
        _cluster = cluster;
        SqliteHandle db = cluster.Store.RentReader();
        _jobs.AddRange(AlterJobRows.Load(db));
        cluster.Store.Return(db);
        foreach (AlterJob job in _jobs)
        {
            _nextId = Math.Max(_nextId, job.Id + 1);
            if (job.IsLive)
            {
                Start(job);
            }
        }
    }

    /// <summary>A database's jobs, the oldest first.</summary>
    public IReadOnlyList<AlterJob> List(string database)
    {
        lock (_lock)
        {
            return [.. _jobs.Where(j => j.Database == database).Select(j => j.Copy())];
        }
    }

    /// <summary>Refuses whatever may not be done to a table while its schema changes.</summary>
    public void ThrowIfBusy(TableDefinition table)
    {
        lock (_lock)
        {
            if (_jobs.Exists(j => j.TableId == table.Id && j.IsLive))
            {
                throw StarRocksError.Refused($"A schema change operation is in progress on the table {table.Name}. Please wait until the current operation completes. To check the status of the operation, see {ShowAlter}");
            }
        }
    }

    /// <summary>Inside the writer's transaction: does what is fast, else writes down the job. <see cref="Submitted"/> follows the commit.</summary>
    public CatalogSnapshot Submit(SqliteHandle db, CatalogSnapshot catalog, TableDefinition table, IReadOnlyList<AlterClause> clauses, out AlterJob job)
    {
        ThrowIfBusy(table);
        SchemaChange change = SchemaChange.Plan(table, clauses, _cluster.Version);
        DateTimeOffset now = _cluster.Time.GetUtcNow();
        job = new AlterJob
        {
            Id = Interlocked.Increment(ref _nextId) - 1,
            Database = table.Database,
            TableId = table.Id,
            TableName = table.Name,
            Created = now,
            Target = change.Target,
            Watermark = _cluster.Labels.NextId,
            SchemaVersion = change.Target.SchemaVersion,
            State = change.IsFast ? AlterState.Finished : AlterState.Pending,
            Finished = change.IsFast ? now : null,
        };
        AlterJobRows.Save(db, job);
        if (!change.IsFast)
        {
            return catalog;
        }

        StorageChange.Apply(db, table, change.Target, now);
        return CatalogStore.Replace(db, catalog, table, change.Target);
    }

    public void Submitted(AlterJob job)
    {
        lock (_lock)
        {
            _jobs.Add(job);
        }

        if (job.IsLive)
        {
            Start(job);
        }
    }

    /// <summary>CANCEL ALTER TABLE COLUMN.</summary>
    public async Task CancelAsync(TableDefinition table, CancellationToken ct)
    {
        AlterJob? job;
        lock (_lock)
        {
            job = _jobs.Find(j => j.TableId == table.Id && j.IsLive);
        }

        if (job is null || !await EndAsync(job, AlterState.Cancelled, "user cancelled", ct).ConfigureAwait(false))
        {
            throw StarRocksError.Refused($"Table[{table.Name}] is not under SCHEMA_CHANGE.");
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Start(AlterJob job) => _ = RunAsync(job, _stopping.Token);

    private async Task RunAsync(AlterJob job, CancellationToken ct)
    {
        TimeSpan step = _cluster.Options.SchemaChangeStep;
        try
        {
            await Task.Delay(step, _cluster.Time, ct).ConfigureAwait(false);
            Move(job, AlterState.Pending, AlterState.WaitingTxn);
            while (_cluster.Labels.HasOpen(job.TableId, job.Watermark) && !IsTimedOut(job))
            {
                await Task.Delay(step, _cluster.Time, ct).ConfigureAwait(false);
            }

            Move(job, AlterState.WaitingTxn, AlterState.Running);
            await Task.Delay(step, _cluster.Time, ct).ConfigureAwait(false);
            if (IsTimedOut(job))
            {
                await EndAsync(job, AlterState.Cancelled, "Timeout", ct).ConfigureAwait(false);
                return;
            }

            await ApplyAsync(job, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The stand-in stops; a restart goes on with the job.
        }
        catch (Exception e)
        {
            await CancelBrokenAsync(job, e.Message).ConfigureAwait(false);
        }
    }

    private bool IsTimedOut(AlterJob job) => _cluster.Time.GetUtcNow() - job.Created > Timeout || !job.IsLive;

    private async Task CancelBrokenAsync(AlterJob job, string reason)
    {
        try
        {
            await EndAsync(job, AlterState.Cancelled, reason, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Stopped meanwhile: the restart meets the same end.
        }
    }

    private Task ApplyAsync(AlterJob job, CancellationToken ct) => _cluster.Catalog.ChangeAsync((db, catalog) =>
    {
        lock (_lock)
        {
            if (job.State != AlterState.Running)
            {
                return catalog;
            }
        }

        TableDefinition table = (catalog.Databases.TryGetValue(job.Database, out var tables) ? tables.Values.FirstOrDefault(t => t.Id == job.TableId) : null)
            ?? throw StarRocksError.UnknownTable($"{job.Database}.{job.TableName}");

        // A job that comes from disk has lost the first names of renamed columns; the table has them.
        TableDefinition target = job.Target with
        {
            Id = table.Id, Name = table.Name, Columns = [.. job.Target.Columns.Select(c => table.IndexOf(c.Name) is >= 0 and var at ? c with { ColumnId = table.Columns[at].ColumnId } : c)],
        };
        StorageChange.Apply(db, table, target, _cluster.Time.GetUtcNow());
        CatalogSnapshot changed = CatalogStore.Replace(db, catalog, table, target);

        SaveFinished(db, job);
        return changed;
    }, ct, () => Move(job, AlterState.Running, AlterState.Finished));

    /// <summary>
    /// FINISHED on disk, together with the table; who asks is told when the table can be seen. Under the store's gate: nobody
    /// cancels in between, since cancelling writes too.
    /// </summary>
    private void SaveFinished(SqliteHandle db, AlterJob job)
    {
        lock (_lock)
        {
            job.State = AlterState.Finished;
            job.Finished = _cluster.Time.GetUtcNow();
            AlterJobRows.Save(db, job);
            job.State = AlterState.Running;
            job.Finished = null;
        }
    }

    private async Task<bool> EndAsync(AlterJob job, AlterState state, string message, CancellationToken ct) => await _cluster.Store.WriteAsync(db =>
    {
        lock (_lock)
        {
            if (!job.IsLive)
            {
                return false;
            }

            job.State = state;
            job.Message = message;
            job.Finished = _cluster.Time.GetUtcNow();
            AlterJobRows.Save(db, job);
            return true;
        }
    }, ct).ConfigureAwait(false);

    private void Move(AlterJob job, AlterState from, AlterState to)
    {
        lock (_lock)
        {
            if (job.State == from)
            {
                job.State = to;
                job.Finished = to == AlterState.Finished ? _cluster.Time.GetUtcNow() : null;
            }
        }
    }
}
