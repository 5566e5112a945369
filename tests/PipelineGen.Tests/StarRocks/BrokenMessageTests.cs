using System.Buffers;
using System.Text;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>More than 100,000 broken messages of a server: each ends in a value or a typed exception, in bounded memory, and the client works on.</summary>
public sealed class BrokenMessageTests
{
    private const int Seed = 20260417;
    private const int Replies = 70_000, Sessions = 35_000, Conversations = 300;
    private const int MaxBody = 64 * 1024;
    private const long MostPerMessage = 8L << 20;

    // A hang becomes a failure; the machine may be slow.
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(15);

    private static readonly byte[][] HttpReplies =
    [
        .. new[]
        {
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"Status\":\"OK\"}",
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Reply("Success").Length}\r\n\r\n{Reply("Success")}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n{\"Sta\r\nA\r\ntus\":\"OK\"}\r\n0\r\nTrailer: x\r\n\r\n",
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://be:8040/api/shop/orders/_stream_load?a=b\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"\"\r\n\r\n{\"status\":\"FAILED\",\"code\":\"1\",\"msg\":\"Access denied\",\"message\":\"Access denied\"}",
            $"HTTP/1.1 200 OK\r\n\r\n{State("PREPARED")}",
            "HTTP/1.1 200 OK\r\n\r\n{\"Status\":\"Label Already Exists\",\"ExistingJobStatus\":\"FINISHED\",\"Message\":\"Label [x] has already been used.\",\"ErrorURL\":\"http://be:8040/x\"}",
            "HTTP/1.1 200 OK\r\n\r\n{\"Status\":\"\\ud83d\\ude00\",\"Message\":\"\\u0041\",\"LoadTimeMs\":9223372036854775807,\"TxnId\":1e99,\"\\u0053tatus\":[{}]}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] SqlSessions =
    [
        [.. Login(), .. Packet(1, [0, 3, 0, 2, 0, 0, 0])],
        [.. Login(), .. Packet(1, [0xFF, 0x28, 0x04, (byte)'#', .. "42000Getting syntax error"u8])],
        [.. Login(), .. Result()],
        [.. Login(), .. Result(), .. Packet(9, [0xFF, 0x28, 0x04, .. "no state"u8])],
        [.. Packet(0, Greeting()), .. Packet(2, [0xFE, .. "mysql_native_password"u8, 0, .. "TSRQPONMLKJIHGFEDCBA"u8, 0]), .. Packet(4, [0, 0, 0, 2, 0, 0, 0]), .. Result()],
        [.. Packet(0, FakeMySqlServer.GreetingPacket("abcdefghijklmnopqrst"u8.ToArray(), offersTls: true)), .. Packet(3, [0, 0, 0, 2, 0, 0, 0]), .. Result()],
        [.. Packet(0, [0xFF, 0x10, 0x04, .. "Too many connections"u8])],
    ];

    [Fact]
    public Task Broken_http_replies_are_a_reply_or_an_IOException() => Task.Run(async () =>
    {
        var mutations = new Mutations(Seed);
        int read = 0;
        for (int i = 0; i < Replies; i++)
        {
            byte[] message = mutations.Of(HttpReplies);
            var reader = new HttpReplyReader(new SaidStream(message, 1 + mutations.Next(i % 3 == 0 ? 7 : 20_000)));
            await MeasuredAsync(message, i, async () =>
            {
                try
                {
                    HttpReply reply;
                    do
                    {
                        reply = await reader.ReadAsync(MaxBody, default);
                    }
                    while (reply.Status < 200);
                    Assert.InRange(reply.Body.Length, 0, MaxBody);
                    Understand(reply);
                    read++;
                }
                catch (IOException)
                {
                    // typed, and what the exchange expects
                }
            });
        }

        Assert.InRange(read, Replies / 20, Replies - (Replies / 20)); // the mutations break, but not everything
    }).WaitAsync(LongPatience);

    [Fact]
    public Task Broken_sql_sessions_are_results_or_StarRocksSqlExceptions() => Task.Run(async () =>
    {
        var mutations = new Mutations(Seed);
        int results = 0;
        for (int i = 0; i < Sessions; i++)
        {
            byte[] message = mutations.Of(SqlSessions);
            var stream = new SaidStream(message, 1 + mutations.Next(i % 3 == 0 ? 7 : 20_000));
            var limits = new SqlConnectionLimits { MaxPayload = 1 << 20, Tls = i % 64 == 0 ? SqlTls.Preferred : SqlTls.Disabled };
            await MeasuredAsync(message, i, async () =>
            {
                try
                {
                    await using SqlConnection connection = await SqlConnection.ConnectAsync(_ => Task.FromResult(stream), "fe", "fe:9030", "loader", "s3cret!", "shop", limits, TimeProvider.System, default);
                    SqlResult result = await connection.QueryAsync("SELECT 1", default);
                    foreach (SqlRow row in result.Rows)
                    {
                        Assert.Equal(result.Columns.Count, row.ToArray().Length);
                    }

                    results++;
                }
                catch (StarRocksSqlException failure)
                {
                    Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
                }
            });
        }

        Assert.InRange(results, Sessions / 50, Sessions - (Sessions / 20));
    }).WaitAsync(LongPatience);

    [Fact]
    public async Task Broken_http_conversations_leave_a_client_that_works_and_no_buffer_behind()
    {
        var mutations = new Mutations(Seed);
        byte[][] withoutRedirect = [.. HttpReplies.Where(reply => !Encoding.ASCII.GetString(reply).Contains("307", StringComparison.Ordinal)), "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray()];
        byte[] next = [];
        await using var server = new LoopbackListener(async (network, stopping) =>
        {
            await FakeHttpRequest.ReadHeadAsync(network, stopping);
            await network.WriteAsync(next, stopping);
        });
        var pool = new CountingPool();
        StarRocksOptions options = Options(new Uri($"http://127.0.0.1:{server.Port}"));
        var route = new FrontendRoute(options, new HttpExchange(options, TimeProvider.System) { Pool = pool });
        int bodies = 0;
        for (int i = 0; i < Conversations; i++)
        {
            next = mutations.Of(withoutRedirect);
            ExchangeResult result = await route.SendAsync("PUT", "/api/shop/orders/_stream_load", ["label: a"], Body("""{"id":1}"""), default).WaitAsync(Patience);
            bodies += result.BodyBegan ? 1 : 0;
            Assert.True(result.Reply is not null || result.Failure.Length > 0);
            Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
            if (result.Reply is not null)
            {
                Understand(result.Reply);
            }
        }

        Assert.InRange(bodies, 1, Conversations);
        Assert.Equal(0, pool.Out);
        next = "HTTP/1.1 200 OK\r\n\r\n{\"Status\":\"Success\"}"u8.ToArray();
        ExchangeResult good = await route.SendAsync("PUT", "/x", [], null, default).WaitAsync(Patience);
        Assert.IsType<LoadOutcome.Committed>(LoadReply.Outcome(good.Reply!, false, out _));
    }

    [Fact]
    public async Task Broken_sql_conversations_leave_a_client_that_works()
    {
        var mutations = new Mutations(Seed);
        byte[]? next = [];
        await using var good = new FakeMySqlServer((_, session) => session.ResultAsync(["a"], ["1"])) { User = "loader", Password = "s3cret!" };
        await using var server = new LoopbackListener(async (network, stopping) =>
        {
            await network.WriteAsync(next, stopping);
            network.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await network.CopyToAsync(Stream.Null, stopping);
        });
        await using var client = new SqlClient(Options(new Uri("http://fe:8030")) with { QueryEndpoint = $"127.0.0.1:{server.Port};{good.Endpoint}" });
        int answered = 0;
        for (int i = 0; i < Conversations; i++)
        {
            next = mutations.Of(SqlSessions);
            try
            {
                await client.QueryAsync("SELECT 1", default).WaitAsync(Patience);
                answered++;
            }
            catch (StarRocksSqlException failure)
            {
                Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
            }
        }

        Assert.InRange(answered, 1, Conversations);
        next = [];
        for (int i = 0; i < 2; i++)
        {
            try
            {
                Assert.Equal("1", (await client.QueryAsync("SELECT 1", default).WaitAsync(Patience)).Scalar);
            }
            catch (StarRocksSqlException) when (i == 0)
            {
                // the last broken session's connection
            }
        }
    }

    // Every question that the client asks of a reply.
    private static void Understand(HttpReply reply)
    {
        LoadReply.Outcome(reply, bodyBegan: true, out string? errorUrl);
        Uri.TryCreate(errorUrl, UriKind.Absolute, out _);
        LoadReply.State(reply, out _);
        LoadReply.IsOk(reply, out _);
        Assert.NotNull(TransactionAnswer.Of(new ExchangeResult(reply, BodyBegan: true)));
        FrontendRoute.NextHop(new Uri("http://fe:8030/api/x"), reply, allowInsecure: true, out _);
    }

    private static async Task MeasuredAsync(byte[] message, int number, Func<Task> act)
    {
        int thread = Environment.CurrentManagedThreadId;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            await act();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Message {number} of seed {Seed} ({Convert.ToHexString(message.AsSpan(0, Math.Min(message.Length, 400)))}): {failure.Message}", failure);
        }

        if (Environment.CurrentManagedThreadId == thread)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= MostPerMessage, $"Message {number} of seed {Seed} took {allocated} bytes: {Encoding.Latin1.GetString(message.AsSpan(0, Math.Min(message.Length, 300)))}");
        }
    }

    private static byte[] Packet(byte sequence, byte[] payload) => [(byte)payload.Length, (byte)(payload.Length >> 8), 0, sequence, .. payload];

    private static byte[] Greeting() => FakeMySqlServer.GreetingPacket("abcdefghijklmnopqrst"u8.ToArray(), offersTls: false);

    private static byte[] Login() => [.. Packet(0, Greeting()), .. Packet(2, [0, 0, 0, 2, 0, 0, 0])];

    private static byte[] Result()
    {
        byte[] column = [.. new[] { "def", "shop", "t", "t", "id", "id" }.SelectMany(FakeMySqlSession.Value), 0x0C, 33, 0, 20, 0, 0, 0, 253, 0, 0, 0, 0, 0];
        byte[] row = [.. new[] { "1", null, "text" }.SelectMany(FakeMySqlSession.Value)];
        byte[] end = [0xFE, 0, 0, 2, 0];
        return [.. Packet(1, [3]), .. Packet(2, column), .. Packet(3, column), .. Packet(4, column), .. Packet(5, end), .. Packet(6, row), .. Packet(7, row), .. Packet(8, end)];
    }

    /// <summary>Counts what is out.</summary>
    private sealed class CountingPool : ArrayPool<byte>
    {
        private int _out;

        public int Out => Volatile.Read(ref _out);

        public override byte[] Rent(int minimumLength)
        {
            Interlocked.Increment(ref _out);
            return new byte[minimumLength];
        }

        public override void Return(byte[] array, bool clearArray = false) => Interlocked.Decrement(ref _out);
    }
}
