using System.Buffers;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>The BE's HTTP port: takes the loads, serves their error logs. Every load's answer is HTTP 200 (STARROCKS.md, 1.2, 1.5).</summary>
internal sealed class BackendHttp(Cluster cluster)
{
    // streaming_load_max_batch_size_mb
    private const long MaxJsonBytes = 104_857_600;

    private readonly StreamLoad _load = new(cluster);

    public Task AnswerAsync(HttpContext context)
    {
        string[] path = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, path) switch
        {
            ("PUT", ["api", var database, var table, "_stream_load"]) => LoadAsync(context, database, table),
            ("GET", ["api", "_load_error_log"]) => ErrorLogAsync(context),
            ("GET", ["api", "health"]) => JsonReply.SendAsync(context, 200, ("status", "OK"), ("msg", "To Be Added")),
            _ => JsonReply.SendTextAsync(context, 404, "Not Found"),
        };
    }

    private async Task LoadAsync(HttpContext context, string database, string table)
    {
        LoadReply reply;
        var refused = new LoadReply { Database = database, Table = table };
        try
        {
            refused.Label = LoadHeaders.LabelOf(context.Request.Headers);
            reply = BasicCredentials.Read(context.Request) switch
            {
                null => refused.Fail("no valid Basic authorization"),
                { } credentials when !credentials.AreThoseOf(cluster.Options) => refused.Fail($"Access denied for {credentials.User}@{context.Connection.RemoteIpAddress}"),
                _ => await _load.RunAsync(
                    database, table, () => LoadHeaders.Read(context.Request.Headers, refused.Label), refused.Label,
                    (headers, ct) => ReadBodyAsync(context.Request, headers, ct), context.RequestAborted).ConfigureAwait(false),
            };
        }
        catch (LoadFailure e)
        {
            reply = refused.Fail(e.Message);
        }

        if (reply.Status is "Success" or "Publish Timeout" && cluster.Faults.TakeLostReply())
        {
            context.Abort();
            return;
        }

        // Db, Table and the content type came with 4.1.
        bool since41 = cluster.Version.IsAtLeast(4, 1);
        await JsonReply.SendAsync(context, 200, reply.ToJson(since41), since41 ? "application/json" : null).ConfigureAwait(false);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, LoadHeaders headers, CancellationToken ct)
    {
        long? announced = request.ContentLength;
        long limit = headers.IgnoreJsonSize ? int.MaxValue : MaxJsonBytes;
        if (announced > limit)
        {
            throw TooLarge(announced.Value);
        }

        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(announced ?? 65536, 1));
        while (true)
        {
            int read = await request.Body.ReadAsync(buffer.GetMemory(1), ct).ConfigureAwait(false);
            if (read == 0)
            {
                return buffer.WrittenMemory;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
            {
                throw TooLarge(buffer.WrittenCount);
            }
        }
    }

    private static LoadFailure TooLarge(long bytes) => new(
        $"The size of this batch exceed the max size [{MaxJsonBytes}]  of json type data  data [ {bytes} ]. Set ignore_json_size to skip the check, although it may lead huge memory consuming.");

    private Task ErrorLogAsync(HttpContext context) =>
        cluster.ErrorLogs.Find(context.Request.Query["file"].ToString()) is { } log
            ? JsonReply.SendTextAsync(context, 200, log)
            : JsonReply.SendTextAsync(context, 404, "Not Found");
}
