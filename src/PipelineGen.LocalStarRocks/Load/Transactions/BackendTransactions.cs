using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>Reads a load call's body, given how it is to be read.</summary>
internal delegate Task<ReadOnlyMemory<byte>> BodyReader(LoadHeaders headers, bool isJson, CancellationToken ct);

/// <summary>
/// Transactions as the BE sees them (STARROCKS.md, 2.1 to 2.4; BE transaction_stream_load.cpp, transaction_mgr.cpp): begin, load,
/// prepare, one-step commit and rollback of what is not PREPARED yet, by label alone.
/// </summary>
internal sealed partial class BackendTransactions(Cluster cluster)
{
    private readonly ConcurrentDictionary<string, TransactionContext> _contexts = new(StringComparer.Ordinal);

    public TransactionReply Begin(IHeaderDictionary headers)
    {
        DropTimedOut();
        string label = headers.Text("label")!;
        if (_contexts.ContainsKey(label))
        {
            return new TransactionReply("LABEL_ALREADY_EXISTS", "").Add("ExistingJobStatus", "");
        }

        long started = cluster.Time.GetTimestamp();
        string database = headers.Text("db") ?? "";
        string tableName = headers.Text("table") ?? "";
        try
        {
            LoadHeaders.LabelOf(headers);
            if (!cluster.Catalog.Current.Databases.ContainsKey(database))
            {
                throw new LoadFailure($"unknown database, database={database}");
            }

            TableDefinition table = FindTable(database, tableName);
            if (cluster.Faults.Take(Fault.RunningTransactionLimit))
            {
                throw cluster.Labels.TooManyRunning(database);
            }

            var start = new LoadStart(database, label) { Timeout = Seconds(headers, "timeout", 600), IdleTimeout = Seconds(headers, "idle_transaction_timeout", 0) };
            if (!cluster.Labels.TryBegin(start, out LoadTransaction transaction))
            {
                return new TransactionReply("LABEL_ALREADY_EXISTS", $"Label [{label}] has already been used.")
                    .Add("ExistingJobStatus", transaction.State is LabelState.Prepare or LabelState.Prepared ? "RUNNING" : "FINISHED");
            }

            cluster.Labels.AddTable(transaction, table.Id);
            var context = new TransactionContext(transaction, tableName) { Started = started, LastActive = cluster.Time.GetUtcNow() };
            _contexts[label] = context;
            Rest(context);
            return WithTable(TransactionReply.Ok().Add("Label", label), context)
                .Add("TxnId", transaction.Id)
                .Add("BeginTxnTimeMs", cluster.Time.GetElapsedTime(started));
        }
        catch (LoadFailure e)
        {
            return TransactionReply.Refused(e);
        }
    }

    public async Task<TransactionReply> LoadAsync(IHeaderDictionary headers, BodyReader readBody, CancellationToken ct)
    {
        DropTimedOut();
        string label = headers.Text("label") ?? "";
        string database = headers.Text("db") ?? "";
        string table = headers.Text("table") ?? "";
        if (label.Length == 0)
        {
            return new TransactionReply("INVALID_ARGUMENT", "Invalid label ");
        }

        TransactionContext? context = _contexts.GetValueOrDefault(label) ?? cluster.MultiTable.FindContext(label, table);
        if (context is null)
        {
            return new TransactionReply("TXN_NOT_EXISTS", $"Transaction with label {label} not exists");
        }

        if (context.Transaction.Database != database)
        {
            return new TransactionReply("INVALID_ARGUMENT", $"Request database {database} not equal transaction database {context.Transaction.Database}");
        }

        if (context.Table != table)
        {
            return new TransactionReply("INVALID_ARGUMENT", $"Request table {table} not equal transaction table {context.Table}");
        }

        if (!TryEnter(context))
        {
            return InProcessing(label);
        }

        try
        {
            return await StageAsync(context, headers, readBody, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LoadFailure or Storage.RowRefusedException or StarRocksError)
        {
            // A load call that fails takes its transaction with it (2.3).
            await RollBackAsync(context, e.Message).ConfigureAwait(false);
            return TransactionReply.Refused(e as LoadFailure ?? new LoadFailure(e.Message));
        }
        catch (Exception e)
        {
            await RollBackAsync(context, e.Message).ConfigureAwait(false);
            throw;
        }
        finally
        {
            Leave(context);
        }
    }

    /// <summary>Prepare, or commit in one step.</summary>
    public async Task<TransactionReply> CommitAsync(IHeaderDictionary headers, bool prepare, CancellationToken ct)
    {
        DropTimedOut();
        string label = headers.Text("label")!;
        if (Refusal(headers, label, out TransactionContext context) is { } refusal)
        {
            return refusal;
        }

        TimeSpan preparedTimeout = LoadTransaction.StandardPreparedTimeout;
        // Before 3.5.4 nobody reads the header.
        if (prepare && headers.Text("prepared_timeout") is { } text && cluster.Version.IsAtLeast(3, 5, 4))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds <= 0)
            {
                return new TransactionReply("INVALID_ARGUMENT", $"Invalid prepared_timeout: {text}");
            }

            preparedTimeout = TimeSpan.FromSeconds(seconds);
        }

        if (!TryEnter(context))
        {
            return InProcessing(label);
        }

        var outcome = new LoadOutcome();
        try
        {
            return await CommitAsync(context, prepare, preparedTimeout, outcome, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LoadFailure or Storage.RowRefusedException or StarRocksError)
        {
            await RollBackAsync(context, e.Message).ConfigureAwait(false);
            return WithErrorUrl(TransactionReply.Refused(e as LoadFailure ?? new LoadFailure(e.Message)), outcome);
        }
        catch (Exception e)
        {
            await RollBackAsync(context, e.Message).ConfigureAwait(false);
            throw;
        }
        finally
        {
            Leave(context);
        }
    }

    public async Task<TransactionReply> RollbackAsync(IHeaderDictionary headers)
    {
        DropTimedOut();
        string label = headers.Text("label")!;
        if (Refusal(headers, label, out TransactionContext context) is { } refusal)
        {
            return refusal;
        }

        await RollBackAsync(context, "transaction is aborted by user.").ConfigureAwait(false);
        return TransactionReply.Ok().Add("Label", label);
    }

    private async Task<TransactionReply> StageAsync(TransactionContext context, IHeaderDictionary headers, BodyReader readBody, CancellationToken ct)
    {
        LoadParameters parameters = LoadParameters.Read(headers);
        if (context.Load is { } first && !first.Parameters.SameAs(parameters))
        {
            throw new LoadFailure("load request not equal last.");
        }

        cluster.Faults.ThrowIfMemoryLimit();
        string label = context.Transaction.Label;
        long started = cluster.Time.GetTimestamp();
        TableDefinition table = FindTable(context.Transaction.Database, context.Table);
        LoadHeaders read = context.Load?.Headers(label) ?? parameters.Headers(label);
        LoadPlan plan = LoadPlan.Make(table, read);
        context.Load ??= new StagedLoad(TableDefinitionName.Of(table), parameters);
        TimeSpan planned = cluster.Time.GetElapsedTime(started);
        context.Plan += planned;

        started = cluster.Time.GetTimestamp();
        ReadOnlyMemory<byte> body = await readBody(read, parameters.IsJson, ct).ConfigureAwait(false);
        TimeSpan received = cluster.Time.GetElapsedTime(started);
        context.Received += received;
        if (parameters.IsJson)
        {
            // What fails a whole load shows now; what fails a row is counted at prepare or commit. CSV has rows only, and one may end in the next piece.
            new RowLoader(plan, read, cluster.Time).Load(CheckOnlySink.Instance, body.Span);
        }

        context.Load.Add(body.Span);
        return WithTable(TransactionReply.Ok().Add("Label", label), context)
            .Add("TxnId", context.Transaction.Id)
            .Add("LoadBytes", body.Length)
            .Add("StreamLoadPlanTimeMs", planned)
            .Add("ReceivedDataTimeMs", received);
    }

    private async Task<TransactionReply> CommitAsync(TransactionContext context, bool prepare, TimeSpan preparedTimeout, LoadOutcome outcome, CancellationToken ct)
    {
        LoadTransaction transaction = context.Transaction;
        if (context.Load is not { } load)
        {
            throw new LoadFailure($"transaction {context} hasn't send any data yet");
        }

        cluster.Faults.ThrowIfTooManyVersions();
        long started = cluster.Time.GetTimestamp();
        bool visible = true;
        if (prepare)
        {
            await cluster.Committer.PrepareAsync(transaction, [load], outcome, preparedTimeout, ct).ConfigureAwait(false);
        }
        else
        {
            visible = await cluster.Committer.CommitAsync(transaction, [load], outcome, transaction.Timeout, ct).ConfigureAwait(false);
            visible &= !cluster.Faults.Take(Fault.PublishTimeout);
        }

        _contexts.TryRemove(new KeyValuePair<string, TransactionContext>(transaction.Label, context));
        context.Dispose();
        if (!visible)
        {
            return new TransactionReply("PUBLISH_TIMEOUT", "Publish timeout. The data will be visible after a while, ");
        }

        LoadCounts counts = outcome.Counts;
        TransactionReply reply = WithTable(TransactionReply.Ok().Add("Label", transaction.Label), context)
            .Add("TxnId", transaction.Id)
            .Add("NumberTotalRows", counts.Total)
            .Add("NumberLoadedRows", counts.Loaded)
            .Add("NumberFilteredRows", counts.Filtered)
            .Add("NumberUnselectedRows", counts.Unselected)
            .Add("LoadBytes", counts.Bytes)
            .Add("LoadTimeMs", cluster.Time.GetElapsedTime(context.Started))
            .Add("StreamLoadPlanTimeMs", context.Plan)
            .Add("ReceivedDataTimeMs", context.Received)
            .Add("WriteDataTimeMs", outcome.Write)
            .Add("CommitAndPublishTimeMs", cluster.Time.GetElapsedTime(started) - outcome.Write);
        return WithErrorUrl(reply, outcome);
    }

    private TableDefinition FindTable(string database, string table) =>
        cluster.Catalog.Current.Find(database, table) ?? throw new LoadFailure($"unknown table \"{database}.{table}\"");

    private TransactionReply WithTable(TransactionReply reply, TransactionContext context) =>
        cluster.Version.IsAtLeast(4, 1) ? reply.Add("Db", context.Transaction.Database).Add("Table", context.Table) : reply;

    private static TransactionReply WithErrorUrl(TransactionReply reply, LoadOutcome outcome) =>
        outcome.ErrorUrl is { } url ? reply.Add("ErrorURL", url) : reply;

    private static TransactionReply InProcessing(string label) =>
        new TransactionReply("TXN_IN_PROCESSING", "Transaction in processing, please retry later").Add("Label", label);

    private static TimeSpan Seconds(IHeaderDictionary headers, string name, int standard) =>
        headers.Text(name) is not { } text ? TimeSpan.FromSeconds(standard)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds)
        : throw new LoadFailure("Invalid timeout format");
}
