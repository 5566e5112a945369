using System.Text;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>No message of the client's shows a password, an Authorization header or an answer to a login.</summary>
public sealed class SecretTests
{
    private static readonly string Basic = Convert.ToBase64String("loader:s3cret!"u8);

    [Theory]
    [InlineData(400)]
    [InlineData(200)]
    [InlineData(502)]
    [InlineData(401)]
    public async Task A_page_that_quotes_the_request_is_shown_without_its_credentials(int status)
    {
        await using var proxy = new FakeHttpServer(request => request.ReplyAsync(status, "<html>Bad gateway for " + string.Join(", ", request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
        StarRocksOptions options = Options(proxy.Url) with { MaxLoadAttempts = 1 };
        using var loads = new StreamLoadClient(options);
        using var transactions = new TransactionClient(options);

        foreach (Func<Task> act in new Func<Task>[]
        {
            () => loads.LoadAsync(Request(), default),
            () => loads.GetLabelStateAsync("shop-1", default),
            () => loads.CancelAsync("orders", "shop-1", default),
            () => transactions.BeginAsync(new TransactionRequest { Label = "shop-1" }, default),
        })
        {
            string text = (await Assert.ThrowsAsync<StarRocksLoadException>(() => act().WaitAsync(Patience))).ToString();
            AssertNoSecret(text);
            if (status != 401) // there the server's text is shown only where it is StarRocks' own
            {
                Assert.Contains("Bad gateway", text);
                Assert.Contains("***", text);
            }
        }
    }

    [Fact]
    public async Task Retries_tell_of_the_reason_without_credentials()
    {
        int tries = 0;
        await using var proxy = new FakeHttpServer(async request =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                await request.ReplyAsync(502, "for " + Header(request, "Authorization"));
                return;
            }

            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        var notices = new List<RetryNotice>();
        using var client = new StreamLoadClient(Unhurried(proxy.Url), new ImpatientTime()) { OnRetry = notices.Add };
        await client.LoadAsync(Request(), default).WaitAsync(Patience);
        AssertNoSecret(Assert.Single(notices).ToString());
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("caching_sha2_password")]
    public async Task A_failed_login_shows_neither_password_nor_answer(string kind)
    {
        byte[]? answer = null;
        await using var server = new LoopbackListener(async (network, stopping) =>
        {
            var session = new FakeMySqlSession(network, stopping);
            await session.PacketAsync(FakeMySqlServer.GreetingPacket("abcdefghijklmnopqrst"u8.ToArray(), offersTls: false));
            byte[] response = await session.ReadPacketAsync();
            answer = response.AsSpan(response.AsSpan().IndexOf("loader\0"u8) + 8, 20).ToArray();
            if (kind == "wrong")
            {
                await session.ErrorAsync(1045, "28000", "Access denied for user 'loader' (using password: YES)");
            }
            else
            {
                await session.PacketAsync([0xFE, .. Encoding.ASCII.GetBytes(kind), 0, .. "TSRQPONMLKJIHGFEDCBA"u8, 0]);
            }
        });

        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => SqlConnection.ConnectAsync("127.0.0.1", server.Port, "loader", "s3cret!", null, default).WaitAsync(Patience));

        string text = refused.ToString();
        AssertNoSecret(text);
        Assert.DoesNotContain(Convert.ToHexString(answer!), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(answer!), text);
    }

    private static void AssertNoSecret(string text)
    {
        Assert.DoesNotContain("s3cret", text);
        Assert.DoesNotContain(Basic, text);
    }
}
