using System.IO.Compression;
using System.Text;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>Compressed bodies. STARROCKS.md section 1.3.</summary>
public sealed class CompressionTests
{
    private static StarRocksOptions Compressing(Uri url) => Options(url) with { Compression = LoadCompression.Gzip };

    [Fact]
    public async Task A_compressed_body_goes_chunked_and_unpacks_to_the_same_bytes_also_when_replayed()
    {
        int tries = 0;
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, Interlocked.Increment(ref tries) == 1 ? Reply("Fail", "current fe is not master") : Reply("Success"));
        });
        string rows = string.Concat(Enumerable.Range(0, 50_000).Select(i => $$"""{"id":{{i}},"name":"x"}""" + "\n"));
        using var client = new StreamLoadClient(Compressing(server.Url), new ImpatientPauses());

        LoadReceipt receipt = await client.LoadAsync(Request(Body(rows)), default).WaitAsync(Patience);

        Assert.Equal(2, receipt.Attempts);
        foreach (FakeHttpRequest request in server.Requests)
        {
            Assert.Equal("gzip", Header(request, "compression"));
            Assert.Equal("json", Header(request, "format"));
            Assert.Equal("chunked", Header(request, "Transfer-Encoding"));
            Assert.InRange(request.BodyBytes.Length, 1, rows.Length / 4);
            Assert.Equal(rows, Unpack(request.BodyBytes));
        }
    }

    [Fact]
    public async Task Small_and_synchronous_writes_are_whole_too()
    {
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        using var client = new StreamLoadClient(Compressing(server.Url));

        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(new ScriptedBody(async (stream, token) =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                stream.Write("ab"u8);
            }

            await stream.FlushAsync(token);
            await stream.WriteAsync("end"u8.ToArray(), token);
        })), default).WaitAsync(Patience));

        string unpacked = Unpack(Assert.Single(server.Requests).BodyBytes);
        Assert.Equal(200_003, unpacked.Length);
        Assert.EndsWith("abend", unpacked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_body_never_ends_like_a_whole_one()
    {
        var received = new TaskCompletionSource<byte[]>();
        await using var server = new LoopbackListener(async (network, stopping) =>
        {
            await FakeHttpRequest.ReadHeadAsync(network, stopping);
            await network.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stopping);
            var all = new MemoryStream();
            try
            {
                await network.CopyToAsync(all, stopping);
            }
            catch (IOException)
            {
                // reset
            }

            received.SetResult(all.ToArray());
        });
        using var client = new StreamLoadClient(Compressing(new Uri($"http://127.0.0.1:{server.Port}")));
        byte[] noise = new byte[300_000];
        new Random(5).NextBytes(noise);

        await Assert.ThrowsAsync<FormatException>(() => client.SendAsync(Request(new ScriptedBody(async (stream, token) =>
        {
            await stream.WriteAsync(noise, token);
            throw new FormatException("bad row");
        })), default).WaitAsync(Patience));

        byte[] sent = await received.Task.WaitAsync(Patience);
        Assert.NotEmpty(sent); // it had begun
        Assert.False(sent.AsSpan().EndsWith("0\r\n\r\n"u8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4L)]
    public async Task An_empty_or_lying_body_is_an_error(long? length)
    {
        await using var server = new FakeHttpServer(async request =>
        {
            await request.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await request.HangAsync();
        });
        using var client = new StreamLoadClient(Compressing(server.Url));
        var body = new ScriptedBody((stream, token) => length is null ? Task.CompletedTask : stream.WriteAsync("abc"u8.ToArray(), token).AsTask(), length);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request(body), default).WaitAsync(Patience));
    }

    [Fact]
    public async Task Parts_of_transactions_are_compressed_too()
    {
        await using var cluster = new TransactionCluster();
        using var client = new TransactionClient(cluster.Options with { Compression = LoadCompression.Gzip }, cluster.Time);
        await using LoadTransaction transaction = await client.BeginAsync(new TransactionRequest { Label = "shop-1" }, default).WaitAsync(Patience);
        await transaction.LoadAsync(TransactionCluster.Part(), default).WaitAsync(Patience);
        FakeHttpRequest load = cluster.BackendRequests.Single(request => request.Path.EndsWith("load", StringComparison.Ordinal));
        Assert.Equal("gzip", Header(load, "compression"));
        Assert.Equal("""{"id":1}""", Unpack(load.BodyBytes));
    }

    private static string Unpack(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.UTF8);
        return text.ReadToEnd();
    }

    /// <summary>The system's clock, but pauses of a retry take no time.</summary>
    private sealed class ImpatientPauses : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime <= TimeSpan.FromSeconds(1) && dueTime >= TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
