using System.Diagnostics;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// One plain Stream Load. The transaction begins when the headers are read, before "100 Continue" and the body: a second
/// request with the label meets RUNNING, and a client that goes away in the middle leaves ABORTED behind.
/// </summary>
internal sealed class StreamLoad(Cluster cluster)
{
    /// <param name="readBody">Sends "100 Continue" and reads; called once, after the transaction began.</param>
    public async Task<LoadReply> RunAsync(
        string database, string table, Func<LoadHeaders> readHeaders, string label, Func<LoadHeaders, CancellationToken, Task<ReadOnlyMemory<byte>>> readBody, CancellationToken ct)
    {
        long started = Stopwatch.GetTimestamp();
        var reply = new LoadReply { Label = label, Database = database, Table = table };
        LoadHeaders headers;
        LoadTransaction transaction;
        try
        {
            headers = readHeaders();
            CatalogSnapshot catalog = cluster.Catalog.Current;
            if (!catalog.Databases.ContainsKey(database))
            {
                return reply.Fail($"unknown database, database={database}");
            }

            if (catalog.Find(database, table) is null)
            {
                return reply.Fail($"unknown table \"{database}.{table}\"");
            }

            if (!cluster.Labels.TryBegin(database, label, out transaction))
            {
                reply.Status = "Label Already Exists";
                reply.ExistingJobStatus = transaction.State is LabelState.Prepare or LabelState.Prepared ? "RUNNING" : "FINISHED";
                reply.Message = $"Label [{label}] has already been used.";
                return reply;
            }
        }
        catch (LoadFailure e)
        {
            return reply.Fail(e.Message);
        }

        reply.TxnId = transaction.Id;
        reply.Begin = Stopwatch.GetElapsedTime(started);
        using var timeout = new CancellationTokenSource(headers.Timeout, cluster.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await LoadAsync(transaction, headers, reply, readBody, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LoadFailure or RowRefusedException or StarRocksError)
        {
            cluster.Labels.Abort(transaction, e.Message);
            await SaveAbortedAsync(transaction).ConfigureAwait(false);
            reply.Fail(e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            cluster.Labels.Abort(transaction, "timeout by txn manager");
            await SaveAbortedAsync(transaction).ConfigureAwait(false);
            reply.Fail($"transaction is aborted by timeout {(int)headers.Timeout.TotalSeconds} seconds.");
        }
        catch (Exception e)
        {
            // The client went away, or the stand-in itself is at fault: nothing is kept either way.
            cluster.Labels.Abort(transaction, e.Message);
            await SaveAbortedAsync(transaction).ConfigureAwait(false);
            throw;
        }

        reply.Load = Stopwatch.GetElapsedTime(started);
        return reply;
    }

    private async Task LoadAsync(
        LoadTransaction transaction, LoadHeaders headers, LoadReply reply, Func<LoadHeaders, CancellationToken, Task<ReadOnlyMemory<byte>>> readBody, CancellationToken ct)
    {
        long mark = Stopwatch.GetTimestamp();
        TableDefinition table = Find(reply);
        cluster.Labels.AddTable(transaction, table.Id);
        LoadPlan plan = LoadPlan.Make(table, headers);
        reply.Plan = Stopwatch.GetElapsedTime(mark);

        mark = Stopwatch.GetTimestamp();
        ReadOnlyMemory<byte> body = await readBody(headers, ct).ConfigureAwait(false);
        reply.LoadBytes = body.Length;
        reply.Read = Stopwatch.GetElapsedTime(mark);
        cluster.Faults.ThrowIfTooManyVersions();

        mark = Stopwatch.GetTimestamp();
        await cluster.Store.WriteAsync(db => Write(db, transaction, headers, reply, plan, body), _ => cluster.Labels.Publish(transaction), ct).ConfigureAwait(false);
        reply.Commit = Stopwatch.GetElapsedTime(mark) - reply.Write;
        if (cluster.Faults.TakePublishTimeout())
        {
            reply.Status = "Publish Timeout";
            reply.Message = "Publish timeout. The data will be visible after a while, ";
        }
    }

    private bool Write(SqliteHandle db, LoadTransaction transaction, LoadHeaders headers, LoadReply reply, LoadPlan plan, ReadOnlyMemory<byte> body)
    {
        TableDefinition table = Find(reply);
        if (table.Id != plan.Table.Id)
        {
            // Dropped, or dropped and made again, while the body was on its way.
            throw new LoadFailure($"unknown table \"{reply.Database}.{reply.Table}\"");
        }

        // Loads go on during a schema change (6.1): planned again on the table as it is now.
        plan = ReferenceEquals(table, plan.Table) ? plan : LoadPlan.Make(table, headers);

        long mark = Stopwatch.GetTimestamp();
        var loader = new RowLoader(plan, headers, cluster.Time);
        try
        {
            using var rows = new RowWriter(db, plan.Table, plan.Updated);
            loader.Load(rows, body.Span);
        }
        finally
        {
            reply.TotalRows = loader.Total;
            reply.LoadedRows = loader.Loaded;
            reply.FilteredRows = loader.Filtered;
            reply.Write = Stopwatch.GetElapsedTime(mark);
        }

        if (!loader.Rejected.IsEmpty)
        {
            reply.ErrorUrl = $"{cluster.BackendUrl}api/_load_error_log?file={cluster.ErrorLogs.Keep(transaction, loader.Rejected)}";
        }

        if (loader.Total > 0 && (double)loader.Filtered / loader.Total > headers.MaxFilterRatio)
        {
            throw new LoadFailure("too many filtered rows");
        }

        if (loader.Loaded == 0)
        {
            throw new LoadFailure(cluster.Version.IsAtLeast(4, 1)
                ? "No rows were imported from upstream."
                : "No partitions have data available for loading.");
        }

        if (!cluster.Labels.TryCommit(transaction))
        {
            throw new LoadFailure($"transaction {transaction.Id} is already aborted. abort reason: {transaction.Reason}");
        }

        cluster.Labels.Save(db, transaction, LabelState.Visible);
        return true;
    }

    private TableDefinition Find(LoadReply reply) =>
        cluster.Catalog.Current.Find(reply.Database, reply.Table) ?? throw new LoadFailure($"unknown table \"{reply.Database}.{reply.Table}\"");

    private Task SaveAbortedAsync(LoadTransaction transaction) => cluster.Store.WriteAsync(db =>
    {
        cluster.Labels.Save(db, transaction, LabelState.Aborted);
        return true;
    }, CancellationToken.None);
}
