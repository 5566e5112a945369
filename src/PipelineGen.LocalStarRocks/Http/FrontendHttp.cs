using System.Net;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>
/// The FE's HTTP port: sends loads on to the BE with 307 without ever reading a body, answers for labels (STARROCKS.md, 1.1, 1.2, 2.5).
/// Kestrel sends "100 Continue" when a body is first read, so not reading it is not sending it.
/// </summary>
internal sealed class FrontendHttp(Cluster cluster)
{
    public Task AnswerAsync(HttpContext context)
    {
        string[] path = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, path) switch
        {
            ("PUT", ["api", var database, var table, "_stream_load"]) => RedirectLoadAsync(context, database, table),
            ("GET", ["api", var database, "get_load_state"]) => Authorised(context, () => LoadStateAsync(context, database)),
            ("POST", ["api", var database, _, "_cancel"]) => Authorised(context, () => CancelAsync(context, database)),
            ("GET", ["api", "health" or "bootstrap"]) => JsonReply.SendAsync(context, 200, ("status", "OK"), ("msg", "Success"), ("standIn", Cluster.Comment)),
            (_, ["api", "transaction", ..]) => JsonReply.SendAsync(context, 200, ("Status", "FAILED"), ("Message", LoadFailure.NotInStandIn("Stream Load transactions").Message)),
            _ => JsonReply.SendTextAsync(context, 404, "Not Found"),
        };
    }

    private Task RedirectLoadAsync(HttpContext context, string database, string table)
    {
        // A load's connection is always closed, whatever the answer.
        context.Response.Headers.Connection = "close";
        if (!cluster.Faults.TakeRedirectWithoutAuthorization() && Refusal(context) is { } refusal)
        {
            return UnauthorisedAsync(context, refusal);
        }

        bool http11 = HttpProtocol.IsHttp11(context.Request.Protocol);
        if (http11 && !string.Equals(context.Request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase))
        {
            return FailedAsync(context, "There is no 100-continue header");
        }

        string location = $"{cluster.BackendUrl}api/{Uri.EscapeDataString(database)}/{Uri.EscapeDataString(table)}/_stream_load{context.Request.QueryString}";
        context.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
        context.Response.Headers.Location = location;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
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
}
