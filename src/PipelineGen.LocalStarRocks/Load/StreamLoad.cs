using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// One plain Stream Load. The transaction begins when the headers are read, before "100 Continue" and the body: a second
/// request with the label meets RUNNING, and a client that goes away in the middle leaves ABORTED behind.
/// </summary>
internal sealed class StreamLoad(Cluster cluster)
{
    /// <param name="readBody">Sends "100 Continue" and reads; called once, after the transaction began.</param>
    public async Task<LoadReply> RunAsync(string database, string table, string label, IHeaderDictionary requestHeaders, BodyReader readBody, CancellationToken ct)
    {
        long started = cluster.Time.GetTimestamp();
        int backend = cluster.BackendStarts;
        var reply = new LoadReply { Label = label, Database = database, Table = table };
        LoadHeaders headers;
        LoadTransaction transaction;
        try
        {
            headers = LoadHeaders.Read(requestHeaders, label);
            CatalogSnapshot catalog = cluster.Catalog.Current;
            if (!catalog.Databases.ContainsKey(database))
            {
                return reply.Fail($"unknown database, database={database}");
            }

            if (catalog.Find(database, table) is null)
            {
                return reply.Fail($"unknown table \"{database}.{table}\"");
            }

            if (cluster.Faults.Take(Fault.RunningTransactionLimit))
            {
                throw cluster.Labels.TooManyRunning(database);
            }

            if (!cluster.Labels.TryBegin(new LoadStart(database, label) { Timeout = headers.Timeout }, out transaction))
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
        reply.Begin = cluster.Time.GetElapsedTime(started);
        using var timeout = new CancellationTokenSource(headers.Timeout, cluster.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await LoadAsync(transaction, headers, requestHeaders, reply, readBody, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LoadFailure or RowRefusedException or StarRocksError)
        {
            await cluster.Labels.AbortAsync(transaction, e.Message).ConfigureAwait(false);
            reply.Fail(e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            await cluster.Labels.AbortAsync(transaction, "timeout by txn manager").ConfigureAwait(false);
            reply.Fail($"transaction is aborted by timeout {(int)headers.Timeout.TotalSeconds} seconds.");
        }
        catch (Exception e)
        {
            // The client went away, or the stand-in itself is at fault: nothing is kept either way, unless it was committed already.
            // A BE that was restarted tells the FE nothing: the transaction stays PREPARE until its timeout (STARROCKS.md, 2.4).
            if (backend == cluster.BackendStarts)
            {
                await cluster.Labels.AbortAsync(transaction, e.Message).ConfigureAwait(false);
            }

            throw;
        }

        reply.Load = cluster.Time.GetElapsedTime(started);
        return reply;
    }

    private async Task LoadAsync(
        LoadTransaction transaction, LoadHeaders headers, IHeaderDictionary requestHeaders, LoadReply reply, BodyReader readBody, CancellationToken ct)
    {
        long mark = cluster.Time.GetTimestamp();
        TableDefinition table = cluster.Catalog.Current.Find(reply.Database, reply.Table) ?? throw new LoadFailure($"unknown table \"{reply.Database}.{reply.Table}\"");
        cluster.Labels.AddTable(transaction, table.Id);
        LoadParameters parameters = LoadParameters.Read(requestHeaders);
        _ = LoadPlan.Make(table, headers); // what the FE refuses, it refuses before the body is asked for
        reply.Plan = cluster.Time.GetElapsedTime(mark);

        mark = cluster.Time.GetTimestamp();
        ReadOnlyMemory<byte> body = await readBody(headers, parameters.IsJson, ct).ConfigureAwait(false);
        reply.Read = cluster.Time.GetElapsedTime(mark);
        cluster.Faults.ThrowIfMemoryLimit();
        cluster.Faults.ThrowIfTooManyVersions();

        mark = cluster.Time.GetTimestamp();
        using var load = new StagedLoad(TableDefinitionName.Of(table), parameters, headers, body);
        var outcome = new LoadOutcome();
        bool visible;
        try
        {
            TimeSpan left = headers.Timeout - (cluster.Time.GetUtcNow() - transaction.PrepareTime);
            visible = await cluster.Committer.CommitAsync(transaction, [load], outcome, left > TimeSpan.Zero ? left : TimeSpan.Zero, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (transaction.State is LabelState.Committed or LabelState.Visible)
        {
            visible = false; // timed out while it was published
        }
        finally
        {
            reply.Count(outcome.Counts);
            reply.LoadBytes = body.Length;
            reply.ErrorUrl = outcome.ErrorUrl;
            reply.Write = outcome.Write;
        }

        reply.Commit = cluster.Time.GetElapsedTime(mark) - reply.Write;
        if (cluster.Faults.Take(Fault.PublishTimeout) || !visible)
        {
            reply.Status = "Publish Timeout";
            reply.Message = "Publish timeout. The data will be visible after a while, ";
        }
    }
}
