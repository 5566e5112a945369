using System.Net;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>
/// An FE's HTTP port: sends loads on to the BE with 307 without ever reading a body, answers for labels and transactions
/// (STARROCKS.md, 1.1, 1.2, 2.1, 2.5). Kestrel sends "100 Continue" when a body is first read, so not reading it is not sending it.
/// </summary>
/// <param name="leader">Only the leader answers for labels and transactions; others send such calls to it.</param>
internal sealed class FrontendHttp(Cluster cluster, StandInAdmin admin, bool leader)
{
    private readonly FrontendTransactions _transactions = new(cluster);

    public Task AnswerAsync(HttpContext context)
    {
        string[] path = UrlPath.Of(context.Request);
        if (path is ["api", "_stand_in", ..])
        {
            return Authorised(context, () => admin.AnswerAsync(context, path[2..]));
        }

        if (cluster.Faults.Take(Fault.FrontendError))
        {
            return JsonReply.SendTextAsync(context, 500, "Internal Server Error");
        }

        return (context.Request.Method, path) switch
        {
            ("PUT", ["api", var database, var table, "_stream_load"]) => RedirectLoadAsync(context, database, table),
            ("POST" or "PUT", ["api", "transaction", var operation]) => AtLeader(context, () => _transactions.AnswerAsync(context, operation)),
            ("GET", ["api", var database, "get_load_state"]) => AtLeader(context, () => LoadStateAsync(context, database)),
            ("POST", ["api", var database, _, "_cancel"]) => AtLeader(context, () => CancelAsync(context, database)),
            ("GET", ["api", "health" or "bootstrap"]) => JsonReply.SendAsync(context, 200, ("status", "OK"), ("msg", "Success"), ("standIn", Cluster.Comment)),
            _ => JsonReply.SendTextAsync(context, 404, "Not Found"),
        };
    }

    private async Task RedirectLoadAsync(HttpContext context, string database, string table)
    {
        // A load's connection is always closed, whatever the answer.
        context.Response.Headers.Connection = "close";
        if (!cluster.Faults.Take(Fault.RedirectWithoutAuthorization) && Refusal(context) is { } refusal)
        {
            await UnauthorisedAsync(context, refusal).ConfigureAwait(false);
            return;
        }

        bool http11 = HttpProtocol.IsHttp11(context.Request.Protocol);
        if (http11 && !string.Equals(context.Request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await FailedAsync(context, "There is no 100-continue header").ConfigureAwait(false);
            return;
        }

        await SlowAnswers.HoldBackAsync(cluster, context.RequestAborted).ConfigureAwait(false);
        if (cluster.Faults.Take(Fault.NoBackendAlive))
        {
            await FailedAsync(context, "No backend alive.").ConfigureAwait(false);
            return;
        }

        bool merge = MergeCommits.IsAsked(cluster.Version, context.Request.Headers);
        if (merge && leader && MergeCommits.Refusal(context.Request.Headers) is { } merged)
        {
            await JsonReply.SendAsync(context, 200, ("status", "FAILED"), ("code", "INVALID_ARGUMENT"), ("msg", merged), ("message", merged)).ConfigureAwait(false);
            return;
        }

        bool toFrontend = (merge && !leader) || cluster.Faults.Take(Fault.RedirectLoop);
        Uri target = toFrontend ? cluster.LeaderUrl : cluster.BackendUrl;
        Redirect(context, $"{target}api/{Uri.EscapeDataString(database)}/{Uri.EscapeDataString(table)}/_stream_load{context.Request.QueryString}");
    }

    private Task LoadStateAsync(HttpContext context, string database)
    {
        string? label = context.Request.Query["label"];
        if (string.IsNullOrEmpty(label))
        {
            return JsonReply.RefuseAsync(context, 200, "Missing label");
        }

        if (!cluster.Catalog.Current.HasDatabase(database))
        {
            return JsonReply.RefuseAsync(context, 200, $"unknown database, database={database}");
        }

        (LabelState State, string Reason)? found = cluster.Labels.Find(database, label);
        return JsonReply.SendAsync(context, 200,
            ("state", found?.State.ToString().ToUpperInvariant() ?? "UNKNOWN"),
            ("reason", found?.Reason ?? ""), ("status", "OK"), ("code", "0"), ("msg", "Success"), ("message", "OK"));
    }

    private async Task CancelAsync(HttpContext context, string database)
    {
        string label = context.Request.Query["label"].ToString();
        if (cluster.Labels.Cancel(database, label, "user cancel") is not { } cancelled)
        {
            await JsonReply.RefuseAsync(context, 200, $"transaction not found: {label}").ConfigureAwait(false);
            return;
        }

        await cluster.Labels.SaveAbortedAsync(cancelled).ConfigureAwait(false);
        await JsonReply.SendAsync(context, 200, ("status", "OK"), ("code", "0"), ("msg", "Success"), ("message", "OK")).ConfigureAwait(false);
    }

    private Task AtLeader(HttpContext context, Func<Task> answer) => Authorised(context, () =>
    {
        if (leader)
        {
            return answer();
        }

        Redirect(context, $"{cluster.LeaderUrl}{context.Request.Path.ToUriComponent().TrimStart('/')}{context.Request.QueryString}");
        return Task.CompletedTask;
    });

    private Task Authorised(HttpContext context, Func<Task> answer) =>
        Refusal(context) is { } refusal ? UnauthorisedAsync(context, refusal) : answer();

    private string? Refusal(HttpContext context) => BasicCredentials.Read(context.Request) switch
    {
        null => "Need auth information.",
        { } credentials when credentials.AreThoseOf(cluster.Options) => null,
        { User: var user } => $"Access denied for {user}@{context.Connection.RemoteIpAddress}",
    };

    private static Task UnauthorisedAsync(HttpContext context, string refusal)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"\"";
        return JsonReply.RefuseAsync(context, 401, refusal);
    }

    private static Task FailedAsync(HttpContext context, string text) =>
        JsonReply.SendAsync(context, 200, ("Status", "FAILED"), ("Message", "class com.starrocks.common.DdlException: " + text));

    internal static void Redirect(HttpContext context, string location)
    {
        // A body that nobody reads is left behind with its connection.
        if (context.Request.Headers.Expect.Count > 0 || context.Request.ContentLength > 0)
        {
            context.Response.Headers.Connection = "close";
        }

        context.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
        context.Response.Headers.Location = location;
        context.Response.ContentLength = 0;
    }
}
