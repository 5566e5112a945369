using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>INSERT, UPDATE and DELETE as labelled transactions, and BEGIN ... COMMIT around INSERTs (STARROCKS.md, 7).</summary>
internal sealed class TransactionExecutor(SqlSession session)
{
    // insert_timeout
    private static readonly TimeSpan InsertTimeout = TimeSpan.FromSeconds(14_400);

    private Cluster Cluster => session.Cluster;

    /// <summary>Inside a SQL transaction StarRocks takes few statements: INSERT, SELECT, SET and the transaction's own; SHOW from 4.0 on [~].</summary>
    public void CheckAllowed(Statement statement)
    {
        bool allowed = session.Transaction is null ||
            statement is InsertStatement or SelectQuery or SetStatement or BeginStatement or CommitStatement or RollbackStatement ||
            (statement is ShowStatement && Cluster.Version.IsAtLeast(4, 0));
        if (!allowed)
        {
            throw new StarRocksError(5305, "25P01", "Explicit transaction only supports INSERT, SELECT and SET");
        }
    }

    public ResultSet Begin()
    {
        // Before 3.5 the statements parse and do nothing [~].
        if (!Cluster.Version.IsAtLeast(3, 5))
        {
            return ResultSet.Done();
        }

        if (session.Transaction is null)
        {
            session.Transaction = new SqlTransaction(Begin(session.Database ?? "", $"txn_{Guid.NewGuid()}"));
        }

        // A second BEGIN goes on with the first.
        return ResultSet.Done(0, Info(session.Transaction.Load, "PREPARE"));
    }

    public async Task<ResultSet> CommitAsync(CancellationToken ct)
    {
        if (!Cluster.Version.IsAtLeast(3, 5))
        {
            return ResultSet.Done();
        }

        SqlTransaction open = Take();
        return await RunAsync(open.Load, db =>
        {
            open.Write(db, Cluster.Catalog.Current);
            return 0L;
        }, ct).ConfigureAwait(false);
    }

    public async Task<ResultSet> RollbackAsync()
    {
        if (!Cluster.Version.IsAtLeast(3, 5))
        {
            return ResultSet.Done();
        }

        SqlTransaction open = Take();
        await AbortAsync(open.Load, "rollback").ConfigureAwait(false);
        return ResultSet.Done(0, Info(open.Load, "ABORTED"));
    }

    public async Task<ResultSet> ChangeAsync(Statement statement, CancellationToken ct)
    {
        (string verb, TableName name) = statement switch
        {
            InsertStatement insert => ("insert", insert.Table),
            DeleteStatement delete => ("delete", delete.Table),
            UpdateStatement update => ("update", update.Table),
            _ => throw new InvalidOperationException($"No change: {statement}"),
        };
        TableDefinition table = new ChangeExecutor(session, Cluster.Catalog.Current).Find(name);
        if (session.Transaction is { } open)
        {
            return await BufferAsync(open, table, (InsertStatement)statement, ct).ConfigureAwait(false);
        }

        LoadTransaction load = Begin(table, (statement as InsertStatement)?.Label ?? $"{verb}_{Guid.NewGuid()}");
        return await RunAsync(load, db => new ChangeExecutor(session, Cluster.Catalog.Current).Run(db, statement), ct).ConfigureAwait(false);
    }

    private async Task<ResultSet> BufferAsync(SqlTransaction open, TableDefinition table, InsertStatement insert, CancellationToken ct)
    {
        open.Check(table);
        Cluster.Labels.AddTable(open.Load, table.Id);
        var rows = new BufferedRows(table.Columns.Count);
        long count = await Cluster.Store.WriteAsync(db =>
            Cluster.Catalog.Current.Find(table.Database, table.Name) is { } now && now.Id == table.Id && now.SchemaVersion == table.SchemaVersion
                ? new ChangeExecutor(session, Cluster.Catalog.Current).Run(db, insert, rows)
                : throw StarRocksError.UnknownTable($"{table.Database}.{table.Name}"), ct).ConfigureAwait(false);
        open.Add(table, rows);
        return ResultSet.Done(count, Info(open.Load, "PREPARE"));
    }

    private LoadTransaction Begin(TableDefinition table, string label)
    {
        if (!Identifiers.Label().IsMatch(label))
        {
            throw StarRocksError.Refused($"Label format error. regex: ^[-\\w]{{1,128}}$, label: {label}");
        }

        LoadTransaction load = Begin(table.Database, label);
        Cluster.Labels.AddTable(load, table.Id);
        return load;
    }

    private LoadTransaction Begin(string database, string label)
    {
        try
        {
            return Cluster.Labels.TryBegin(new LoadStart(database, label) { Source = LoadSource.InsertStreaming, Timeout = InsertTimeout }, out LoadTransaction load)
                ? load
                : throw StarRocksError.Refused($"Label [{label}] has already been used.");
        }
        catch (LoadFailure e)
        {
            throw new StarRocksError(5301, "55P03", $"Failed to begin transaction: {e.Message}");
        }
    }

    private async Task<ResultSet> RunAsync(LoadTransaction load, Func<Storage.SqliteHandle, long> work, CancellationToken ct)
    {
        try
        {
            long count = await Cluster.Store.WriteAsync(db =>
            {
                long changed = work(db);
                if (!Cluster.Labels.TryCommit(load))
                {
                    throw StarRocksError.Refused($"transaction {load.Id} is already aborted. abort reason: {load.Reason}");
                }

                Cluster.Labels.Save(db, load, LabelState.Visible);
                return changed;
            }, _ => Cluster.Labels.Publish(load), ct).ConfigureAwait(false);
            return ResultSet.Done(count, Info(load, "VISIBLE"));
        }
        catch (Exception e)
        {
            Cluster.Labels.Undo(load, LabelState.Committed, LabelState.Prepare);
            await AbortAsync(load, e.Message).ConfigureAwait(false);
            throw;
        }
    }

    private async Task AbortAsync(LoadTransaction load, string reason)
    {
        try
        {
            await Cluster.Labels.AbortAsync(load, reason).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The stand-in stops: an aborted transaction is forgotten with the rest of its memory.
        }
    }

    private SqlTransaction Take()
    {
        SqlTransaction open = session.Transaction ?? throw new StarRocksError(5302, "25P01", "Transaction 0 does not exist");
        session.Transaction = null;
        return open;
    }

    private static string Info(LoadTransaction load, string status) => $"{{'label':'{load.Label}', 'status':'{status}', 'txnId':'{load.Id}'}}";
}
