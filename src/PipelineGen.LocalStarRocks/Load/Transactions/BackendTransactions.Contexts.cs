using Microsoft.AspNetCore.Http;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>The contexts: who may enter one, and when one goes.</summary>
internal sealed partial class BackendTransactions
{
    /// <summary>What <c>/api/transaction/list</c> shows: one document after another.</summary>
    public byte[] List()
    {
        DropTimedOut();
        var all = new MemoryStream();
        foreach (TransactionContext context in _contexts.Values.OrderBy(c => c.Transaction.Id))
        {
            var reply = new TransactionList(context);
            all.Write(reply.ToJson());
        }

        return all.ToArray();
    }

    /// <summary>The BE's process ended.</summary>
    public void Lose()
    {
        foreach (string label in _contexts.Keys)
        {
            if (_contexts.TryRemove(label, out TransactionContext? context))
            {
                cluster.Labels.SetIdleDeadline(context.Transaction, null);
                context.Dispose();
            }
        }
    }

    private async Task RollBackAsync(TransactionContext context, string reason)
    {
        if (context.Transaction.Source == LoadSource.MultiStatementStreaming)
        {
            await cluster.MultiTable.CancelAsync(context.Transaction, reason).ConfigureAwait(false);
            return;
        }

        // Not there any more: the BE was restarted during the call, and the FE learns nothing of it.
        if (_contexts.TryRemove(new KeyValuePair<string, TransactionContext>(context.Transaction.Label, context)))
        {
            await cluster.Labels.AbortAsync(context.Transaction, reason).ConfigureAwait(false);
            context.Dispose();
        }
    }

    private TransactionReply? Refusal(IHeaderDictionary headers, string label, out TransactionContext context)
    {
        if (!_contexts.TryGetValue(label, out context!))
        {
            return new TransactionReply("TXN_NOT_EXISTS", $"transaction with label {label} not exists");
        }

        string database = headers.Text("db") ?? "";
        return database == context.Transaction.Database
            ? null
            : new TransactionReply("INVALID_ARGUMENT", $"request db {database} transaction db {context.Transaction.Database} not match");
    }

    private bool TryEnter(TransactionContext context)
    {
        if (cluster.Faults.Take(Fault.TransactionInProcessing) || !context.TryEnter())
        {
            return false;
        }

        cluster.Labels.SetIdleDeadline(context.Transaction, null);
        return true;
    }

    private void Leave(TransactionContext context)
    {
        context.LastActive = cluster.Time.GetUtcNow();
        Rest(context);
        context.Leave();
    }

    private void Rest(TransactionContext context)
    {
        if (context.Transaction.IdleTimeout > TimeSpan.Zero && context.Transaction.State == LabelState.Prepare)
        {
            cluster.Labels.SetIdleDeadline(context.Transaction, context.LastActive + context.Transaction.IdleTimeout);
        }
    }

    // The BE's look every 30 seconds. A transaction that the FE ended otherwise stays until its own timeout, and fails at its commit.
    private void DropTimedOut()
    {
        DateTimeOffset now = cluster.Time.GetUtcNow();
        foreach ((string label, TransactionContext context) in _contexts)
        {
            LoadTransaction transaction = context.Transaction;
            _ = cluster.Labels.Find(transaction.Database, label);
            bool timedOut = now >= transaction.PrepareTime + transaction.Timeout
                || (transaction.State == LabelState.Aborted && transaction.Reason.Contains("timeout", StringComparison.Ordinal));
            if (timedOut && !context.IsBusy && _contexts.TryRemove(new KeyValuePair<string, TransactionContext>(label, context)))
            {
                context.Dispose();
            }
        }
    }
}
