using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>
/// What only a stand-in has: <c>GET</c> and <c>PUT /api/_stand_in/faults</c> list and set the faults to come,
/// <c>POST /api/_stand_in/restart_backend</c> and <c>/change_leader</c> let them happen now.
/// </summary>
internal sealed class StandInAdmin(Cluster cluster, Func<CancellationToken, Task> restartBackend)
{
    public async Task AnswerAsync(HttpContext context, string[] path)
    {
        switch ((context.Request.Method, path))
        {
            case ("GET", ["faults"]):
                await SendFaultsAsync(context).ConfigureAwait(false);
                return;
            case ("PUT" or "POST", ["faults"]):
                await SetFaultsAsync(context).ConfigureAwait(false);
                return;
            case ("PUT" or "POST", ["restart_backend"]):
                await restartBackend(context.RequestAborted).ConfigureAwait(false);
                break;
            case ("PUT" or "POST", ["change_leader"]):
                cluster.ChangeLeader();
                break;
            default:
                await JsonReply.SendTextAsync(context, 404, "Not Found").ConfigureAwait(false);
                return;
        }

        await JsonReply.SendAsync(context, 200, ("status", "OK"), ("standIn", Cluster.Comment)).ConfigureAwait(false);
    }

    private async Task SetFaultsAsync(HttpContext context)
    {
        foreach ((string name, StringValues values) in context.Request.Query)
        {
            if (cluster.Faults.TrySet(name, values.ToString()) is { } problem)
            {
                await JsonReply.RefuseAsync(context, 400, problem).ConfigureAwait(false);
                return;
            }
        }

        await SendFaultsAsync(context).ConfigureAwait(false);
    }

    private Task SendFaultsAsync(HttpContext context)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach ((string name, long value) in cluster.Faults.List())
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        stream.Write(Encoding.ASCII.GetBytes("\n"));
        return JsonReply.SendAsync(context, 200, stream.ToArray(), "application/json");
    }
}
