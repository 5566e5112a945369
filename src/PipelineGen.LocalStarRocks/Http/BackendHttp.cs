using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Load.Transactions;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>The BE's HTTP port: takes loads and transaction calls, serves error logs. Every load's answer is HTTP 200 (STARROCKS.md, 1.2, 1.5).</summary>
internal sealed class BackendHttp(Cluster cluster)
{
    private readonly StreamLoad _load = new(cluster);

    public Task AnswerAsync(HttpContext context)
    {
        string[] path = UrlPath.Of(context.Request);
        return (context.Request.Method, path) switch
        {
            ("PUT", ["api", var database, var table, "_stream_load"]) => LoadAsync(context, database, table),
            ("PUT", ["api", "transaction", "load"]) => TransactionLoadAsync(context),
            ("POST" or "PUT", ["api", "transaction", var operation]) => TransactionAsync(context, operation),
            ("GET", ["api", "_load_error_log"]) => ErrorLogAsync(context),
            ("GET", ["api", "health"]) => JsonReply.SendAsync(context, 200, ("status", "OK"), ("msg", "To Be Added")),
            _ => JsonReply.SendTextAsync(context, 404, "Not Found"),
        };
    }

    private async Task LoadAsync(HttpContext context, string database, string table)
    {
        if (cluster.Faults.Take(Fault.ResetBeforeContinue))
        {
            context.Abort();
            return;
        }

        IHeaderDictionary headers = context.Request.Headers;
        var body = new RequestBody(cluster, context);
        LoadReply reply = new() { Database = database, Table = table };
        try
        {
            reply.Label = LoadHeaders.LabelOf(headers);
            if (Refusal(context) is { } refusal)
            {
                reply.Fail(refusal);
            }
            else if (MergeCommits.IsAsked(cluster.Version, headers))
            {
                await MergeAsync(context, database, table, reply.Label, body).ConfigureAwait(false);
                return;
            }
            else
            {
                reply = await _load.RunAsync(database, table, reply.Label, headers, body.ReadAsync, context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (LoadFailure e)
        {
            reply.Fail(e.Message);
        }

        // Db, Table and the content type came with 4.1.
        bool since41 = cluster.Version.IsAtLeast(4, 1);
        await SendAsync(context, reply.ToJson(since41), since41 ? "application/json" : null, committed: reply.Status is "Success" or "Publish Timeout").ConfigureAwait(false);
    }

    private async Task MergeAsync(HttpContext context, string database, string table, string requestId, RequestBody body)
    {
        MergeCommitReply reply = await cluster.MergeCommits.LoadAsync(database, table, requestId, context.Request.Headers, body.ReadAsync, context.RequestAborted).ConfigureAwait(false);
        await SendAsync(context, reply.ToJson(), "application/json", committed: reply.Status == "Success").ConfigureAwait(false);
    }

    private async Task TransactionLoadAsync(HttpContext context)
    {
        if (cluster.Faults.Take(Fault.ResetBeforeContinue))
        {
            context.Abort();
            return;
        }

        TransactionReply reply = await cluster.Transactions.LoadAsync(context.Request.Headers, new RequestBody(cluster, context).ReadAsync, context.RequestAborted).ConfigureAwait(false);
        await SendAsync(context, reply.ToJson(4), "application/json", committed: false).ConfigureAwait(false);
    }

    private async Task TransactionAsync(HttpContext context, string operation)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (Same(operation, "list"))
        {
            await SendAsync(context, cluster.Transactions.List(), "application/json", committed: false).ConfigureAwait(false);
            return;
        }

        bool prepare = Same(operation, "prepare");
        TransactionReply reply;
        if (headers.Text("label") is null)
        {
            reply = new TransactionReply("INVALID_ARGUMENT", "empty label");
        }
        else if (headers.Text("transaction_type") is not null && cluster.Version.IsAtLeast(4, 0))
        {
            reply = new TransactionReply("INVALID_ARGUMENT", "Multi-statement transaction requests can only be sent to FE nodes, not BE nodes");
        }
        else if (Same(operation, "begin"))
        {
            // Only begin looks at the credentials; the calls that follow are the label holder's.
            reply = Refusal(context) is { } refusal ? new TransactionReply("INTERNAL_ERROR", refusal) : cluster.Transactions.Begin(headers);
        }
        else if (prepare || Same(operation, "commit"))
        {
            reply = await cluster.Transactions.CommitAsync(headers, prepare, context.RequestAborted).ConfigureAwait(false);
            if (prepare && reply.Status == "OK" && cluster.Faults.Take(Fault.LoseReplyAfterPrepare))
            {
                context.Abort();
                return;
            }
        }
        else
        {
            reply = Same(operation, "rollback")
                ? await cluster.Transactions.RollbackAsync(headers).ConfigureAwait(false)
                : new TransactionReply("INVALID_ARGUMENT", $"unsupport transaction operation {operation}");
        }

        bool committed = Same(operation, "commit") && reply.Status is "OK" or "PUBLISH_TIMEOUT";
        await SendAsync(context, reply.ToJson(4), "application/json", committed).ConfigureAwait(false);
    }

    private async Task SendAsync(HttpContext context, byte[] json, string? contentType, bool committed)
    {
        if (committed && cluster.Faults.Take(Fault.LoseReplyAfterCommit))
        {
            context.Abort();
            return;
        }

        await SlowAnswers.HoldBackAsync(cluster, context.RequestAborted).ConfigureAwait(false);
        await JsonReply.SendAsync(context, 200, json, contentType).ConfigureAwait(false);
    }

    private string? Refusal(HttpContext context) => BasicCredentials.Read(context.Request) switch
    {
        null => "no valid Basic authorization",
        { } credentials when !credentials.AreThoseOf(cluster.Options) => $"Access denied for {credentials.User}@{context.Connection.RemoteIpAddress}",
        _ => null,
    };

    private Task ErrorLogAsync(HttpContext context) =>
        cluster.ErrorLogs.Find(context.Request.Query["file"].ToString()) is { } log
            ? JsonReply.SendTextAsync(context, 200, log)
            : JsonReply.SendTextAsync(context, 404, "Not Found");

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
