using System.Globalization;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Load.Transactions;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>
/// Transaction calls at the leading FE: answered here when the transaction is PREPARED or finished, or over several tables;
/// sent on to the BE that holds it otherwise (STARROCKS.md, 2.1; FE TransactionLoadAction.java).
/// </summary>
internal sealed class FrontendTransactions(Cluster cluster)
{
    private static readonly TimeSpan StandardTimeout = TimeSpan.FromSeconds(20);

    public async Task AnswerAsync(HttpContext context, string operation)
    {
        TransactionReply? reply;
        try
        {
            reply = await HandleAsync(context, operation.ToLowerInvariant()).ConfigureAwait(false);
        }
        catch (FrontendFailure e)
        {
            reply = e.JavaClass is null ? TransactionReply.FrontendException(cluster.Version, e.Message) : new TransactionReply("FAILED", $"class {e.JavaClass}: {e.Message}");
        }

        if (reply is null)
        {
            return; // redirected, or cut off
        }

        await SlowAnswers.HoldBackAsync(cluster, context.RequestAborted).ConfigureAwait(false);
        await JsonReply.SendAsync(context, 200, reply.ToJson(2), "application/json").ConfigureAwait(false);
    }

    private async Task<TransactionReply?> HandleAsync(HttpContext context, string operation)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (operation is not ("begin" or "load" or "prepare" or "commit" or "rollback"))
        {
            throw new FrontendFailure($"Unknown transaction operation: {operation}");
        }

        string database = headers.Text("db") ?? throw new FrontendFailure("No database selected.");
        string label = headers.Text("label") ?? throw new FrontendFailure("Empty label.");
        TimeSpan timeout = headers.Text("timeout") is { } text ? TimeSpan.FromSeconds(Long(text)) : StandardTimeout;
        string? sourceType = context.Request.Query["source_type"].ToString() is { Length: > 0 } asked ? asked : headers.Text("source_type");
        CheckChannels(headers);
        bool several = IsMulti(headers, sourceType);
        if (!cluster.Catalog.Current.HasDatabase(database))
        {
            throw new FrontendFailure($"Database[{database}] does not exist.");
        }

        if (several)
        {
            return await HandleMultiAsync(context, operation, database, label, timeout).ConfigureAwait(false);
        }

        if (operation is "commit" or "rollback" && await HandleKnownAsync(context, operation, database, label, timeout).ConfigureAwait(false) is (true, var reply))
        {
            return reply;
        }

        AdmitToBackend(operation, database, label);
        await RedirectAsync(context).ConfigureAwait(false);
        return null;
    }

    private static void CheckChannels(IHeaderDictionary headers)
    {
        string? id = headers.Text("channel_id");
        string? number = headers.Text("channel_num");
        if ((id is null) != (number is null))
        {
            throw new FrontendFailure($"Must provide {(id is null ? "channel_id" : "channel_num")} when stream load begin.", "com.starrocks.common.DdlException");
        }

        if (id is not null)
        {
            throw new FrontendFailure(LoadFailure.NotInStandIn("channels (channel_num, channel_id)").Message);
        }
    }

    private bool IsMulti(IHeaderDictionary headers, string? sourceType)
    {
        // Before 4.0 nobody reads the header transaction_type, and there is no source type 12.
        bool since40 = cluster.Version.IsAtLeast(4, 0);
        if (sourceType is not null)
        {
            if (!int.TryParse(sourceType, NumberStyles.None, CultureInfo.InvariantCulture, out int type))
            {
                throw new FrontendFailure($"Invalid source type: {sourceType}");
            }

            if (type != 12)
            {
                throw new FrontendFailure(LoadFailure.NotInStandIn($"source_type {type}").Message);
            }

            return since40 ? true : throw new FrontendFailure($"Unknown source type: {sourceType}");
        }

        return since40 && string.Equals(headers.Text("transaction_type"), "multi", StringComparison.OrdinalIgnoreCase);
    }

    private async Task<TransactionReply?> HandleMultiAsync(HttpContext context, string operation, string database, string label, TimeSpan timeout)
    {
        switch (operation)
        {
            case "begin":
                return cluster.MultiTable.Begin(database, label, timeout);
            case "load":
                TransactionReply? refused = await cluster.MultiTable.AdmitAsync(label, context.Request.Headers.Text("table") ?? "").ConfigureAwait(false);
                if (refused is null)
                {
                    ThrowIfNoBackend();
                    await RedirectAsync(context).ConfigureAwait(false);
                }

                return refused;
            case "commit":
                TransactionReply committed = await cluster.MultiTable.CommitAsync(label, context.RequestAborted).ConfigureAwait(false);
                if (committed.Status == "OK" && cluster.Faults.Take(Fault.CommitTimeout))
                {
                    throw new FrontendFailure($"publish timeout: {(long)timeout.TotalMilliseconds}, transactionId={cluster.Labels.Newest(database, label)?.Id}");
                }

                return IsLost(context, committed) ? null : committed;
            case "rollback":
                return await cluster.MultiTable.RollbackAsync(label).ConfigureAwait(false);
            default:
                throw new FrontendFailure("Unsupported operation: TXN_PREPARE");
        }
    }

    // Commit and rollback of what the BE doesn't hold any more. (false, _): it is the BE's.
    private async Task<(bool Handled, TransactionReply? Reply)> HandleKnownAsync(HttpContext context, string operation, string database, string label, TimeSpan timeout)
    {
        LoadTransaction transaction = cluster.Labels.Newest(database, label) ?? throw new FrontendFailure($"No transaction found by label {label}");
        bool commit = operation == "commit";
        long id = transaction.Id;
        LabelState state = transaction.State;
        switch (state)
        {
            case LabelState.Prepared when commit:
                TransactionReply committed = await CommitAsync(transaction, timeout, context.RequestAborted).ConfigureAwait(false);
                return (true, IsLost(context, committed) ? null : committed);
            case LabelState.Prepared when cluster.Labels.AbortPrepared(transaction, "User Aborted"):
                await cluster.Labels.SaveAbortedAsync(transaction).ConfigureAwait(false);
                return (true, WithIds(TransactionReply.Ok(), transaction));
            case LabelState.Committed or LabelState.Visible when commit:
                return (true, WithIds(TransactionReply.Ok($"Transaction {id} has already committed, label is {label}"), transaction));
            case LabelState.Aborted when !commit:
                return (true, WithIds(TransactionReply.Ok($"Transaction {id} has already aborted, label is {label}"), transaction));
            case LabelState.Prepare:
                return (false, null);
            default:
                throw new FrontendFailure($"Can not {(commit ? "commit" : "abort")} {state.ToString().ToUpperInvariant()} transaction {id}, label is {label}");
        }
    }

    private async Task<TransactionReply> CommitAsync(LoadTransaction transaction, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            bool visible = await cluster.Committer.CommitPreparedAsync(transaction, timeout, ct).ConfigureAwait(false);
            if (visible && !cluster.Faults.Take(Fault.CommitTimeout))
            {
                return WithIds(TransactionReply.Ok(), transaction);
            }
        }
        catch (Exception e) when (e is LoadFailure or Storage.RowRefusedException or StarRocksError)
        {
            throw new FrontendFailure(e.Message);
        }

        throw new FrontendFailure($"publish timeout: {(long)timeout.TotalMilliseconds}, transactionId={transaction.Id}");
    }

    private void AdmitToBackend(string operation, string database, string label)
    {
        DateTimeOffset now = cluster.Time.GetUtcNow();
        if (operation == "begin")
        {
            ThrowIfNoBackend();
            cluster.Coordinators.Remember(label, now);
        }
        else if (!cluster.Coordinators.Knows(label, now))
        {
            LoadTransaction transaction = cluster.Labels.Newest(database, label) ?? throw new FrontendFailure(
                $"Can't find the transaction with db [{database}] and label[{label}]. The possible reasons: 1. FE leader is started or switched; 2. The transaction timeouts and is cleaned.");
            if (transaction.Source != LoadSource.BackendStreaming)
            {
                throw new FrontendFailure($"The source type for transaction stream load with db [{database}] and label[{label}] should be BE, but is FE.");
            }
        }
    }

    private void ThrowIfNoBackend()
    {
        if (cluster.Faults.Take(Fault.NoBackendAlive))
        {
            throw new FrontendFailure("No backend alive.");
        }
    }

    private async Task RedirectAsync(HttpContext context)
    {
        await SlowAnswers.HoldBackAsync(cluster, context.RequestAborted).ConfigureAwait(false);
        FrontendHttp.Redirect(context, $"{cluster.BackendUrl}{context.Request.Path.ToUriComponent().TrimStart('/')}{context.Request.QueryString}");
    }

    private bool IsLost(HttpContext context, TransactionReply reply)
    {
        if (reply.Status != "OK" || !cluster.Faults.Take(Fault.LoseReplyAfterCommit))
        {
            return false;
        }

        context.Abort();
        return true;
    }

    private static TransactionReply WithIds(TransactionReply reply, LoadTransaction transaction) =>
        reply.Add("TxnId", transaction.Id).Add("Label", transaction.Label);

    private static long Long(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) && seconds is >= 0 and <= 259_200
            ? seconds
            : throw new FrontendFailure($"For input string: \"{text}\"", "java.lang.NumberFormatException");

    /// <summary>An exception of the FE's; without a class it is StarRocks' own.</summary>
    private sealed class FrontendFailure(string message, string? javaClass = null) : Exception(message)
    {
        public string? JavaClass { get; } = javaClass;
    }
}
