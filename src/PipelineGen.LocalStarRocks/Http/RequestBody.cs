using System.Buffers;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>Reads the bodies of loads at the BE, within its limits (STARROCKS.md, 1.4). The first read is what sends "100 Continue".</summary>
internal sealed class RequestBody(Cluster cluster, HttpContext context)
{
    // streaming_load_max_batch_size_mb, streaming_load_max_mb
    private const long MaxJsonBytes = 104_857_600;
    private const long MaxBytes = 102_400L << 20;
    private const int FirstBuffer = 64 << 20;

    public async Task<ReadOnlyMemory<byte>> ReadAsync(LoadHeaders headers, bool isJson, CancellationToken ct)
    {
        HttpRequest request = context.Request;
        long? announced = request.ContentLength;
        Check(announced ?? 0, headers, isJson);
        bool reset = cluster.Faults.Take(Fault.ResetInBody);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(announced ?? 65536, 1, FirstBuffer));
        while (true)
        {
            int read = await ReadAsync(request, buffer, announced, ct).ConfigureAwait(false);
            if (reset)
            {
                context.Abort();
                throw new IOException("Connection reset in the middle of the body, as the fault ResetInBody asks");
            }

            if (read == 0)
            {
                return buffer.WrittenMemory;
            }

            buffer.Advance(read);
            Check(buffer.WrittenCount, headers, isJson);
        }
    }

    private static async Task<int> ReadAsync(HttpRequest request, ArrayBufferWriter<byte> buffer, long? announced, CancellationToken ct)
    {
        try
        {
            return await request.Body.ReadAsync(buffer.GetMemory(1), ct).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            throw new LoadFailure(announced is null
                ? $"Malformed chunk in the request's body: {e.Message}"
                : $"receive body don't equal with body bytes, body_bytes={announced}, receive_bytes={buffer.WrittenCount}");
        }
    }

    private static void Check(long bytes, LoadHeaders headers, bool isJson)
    {
        if (bytes > MaxBytes)
        {
            throw new LoadFailure($"body size {bytes} exceed limit: {MaxBytes}, . You can increase the limit by setting streaming_load_max_mb in be.conf.");
        }

        if (isJson && !headers.IgnoreJsonSize && bytes > MaxJsonBytes)
        {
            throw new LoadFailure(
                $"The size of this batch exceed the max size [{MaxJsonBytes}]  of json type data  data [ {bytes} ]. Set ignore_json_size to skip the check, although it may lead huge memory consuming.");
        }

        if (bytes > Array.MaxLength)
        {
            throw LoadFailure.NotInStandIn("a body of more than 2 GB");
        }
    }
}
