using System.Net;
using System.Text.Json;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>
/// A client that settles unknown outcomes by the label (STARROCKS.md, 2.6) gets its rows in once, whatever fault strikes:
/// into an append-only table, where a second time would show, and into a primary-key table.
/// </summary>
public sealed class ExactlyOnceTests : StandInTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT", "DUPLICATE KEY (id)");
        await Sql.QueryAsync("CREATE TABLE pk (id INT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
    }

    [Theory]
    [InlineData("lose_reply_after_commit", 2)]
    [InlineData("publish_timeout", 2)]
    [InlineData("too_many_versions", 2)]
    [InlineData("memory_limit", 2)]
    [InlineData("running_transaction_limit", 2)]
    [InlineData("redirect_without_authorization", 2)]
    [InlineData("redirect_loop", 2)]
    [InlineData("no_backend_alive", 2)]
    [InlineData("frontend_error", 2)]
    [InlineData("reset_before_continue", 2)]
    [InlineData("reset_in_body", 2)]
    [InlineData("slow_publish_ms", 50)]
    [InlineData("slow_answers_ms", 20)]
    public async Task Plain_loads(string fault, long value)
    {
        Assert.Null(Server.Faults.TrySet(fault, $"{value}"));
        foreach (string table in (string[])["t", "pk"])
        {
            for (int i = 0; i < 3; i++)
            {
                string label = $"{table}-{i}", body = $$"""{"id":{{i}},"v":1}""";
                await SettleAsync(label, async () => (await LoadAsync(table, label, body)).Text("Status") is "Success" or "Publish Timeout" or "Label Already Exists");
            }
        }

        Assert.Equal(("3", "3"), (await Sql.ScalarAsync("SELECT count(*) FROM t"), await Sql.ScalarAsync("SELECT count(*) FROM pk")));
    }

    [Theory]
    [InlineData("lose_reply_after_commit", 2)]
    [InlineData("lose_reply_after_prepare", 2)]
    [InlineData("publish_timeout", 2)]
    [InlineData("commit_timeout", 2)]
    [InlineData("too_many_versions", 2)]
    [InlineData("memory_limit", 2)]
    [InlineData("running_transaction_limit", 2)]
    [InlineData("transaction_in_processing", 2)]
    [InlineData("no_backend_alive", 2)]
    [InlineData("frontend_error", 2)]
    [InlineData("reset_before_continue", 2)]
    [InlineData("reset_in_body", 2)]
    [InlineData("slow_publish_ms", 50)]
    public async Task Transactions(string fault, long value)
    {
        Assert.Null(Server.Faults.TrySet(fault, $"{value}"));
        using var transactions = new TransactionClient(Server);
        foreach (string table in (string[])["t", "pk"])
        {
            for (int i = 0; i < 4; i++)
            {
                string label = $"{table}-{i}", body = $$"""{"id":{{i}},"v":1}""";
                bool prepare = i % 2 == 0;
                await SettleAsync(label, () => RunAsync(label, table, body, prepare));
            }
        }

        Assert.Equal(("4", "4"), (await Sql.ScalarAsync("SELECT count(*) FROM t"), await Sql.ScalarAsync("SELECT count(*) FROM pk")));

        async Task<bool> RunAsync(string label, string table, string body, bool prepare)
        {
            (string, string) to = ("table", table);
            try
            {
                (await transactions.BeginAsync(label, to)).Is("OK");
                (await transactions.LoadAsync(label, body, to)).Is("OK");
                if (prepare)
                {
                    (await transactions.PrepareAsync(label, to)).Is("OK");
                }

                return (await transactions.CommitAsync(label, to)).Text("Status") == "OK";
            }
            catch (Xunit.Sdk.XunitException)
            {
                return false; // a refusal: the label says what became of it
            }
            finally
            {
                string state = await StateAsync(label);
                if (state == "PREPARED")
                {
                    await AgainAsync(() => transactions.CommitAsync(label, to));
                }
                else if (state == "PREPARE")
                {
                    await AgainAsync(() => transactions.RollbackAsync(label, to));
                }
            }
        }
    }

    private async Task SettleAsync(string label, Func<Task<bool>> load)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            bool done = false;
            try
            {
                done = await load();
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
            {
                // no answer, or none of use
            }

            string state = "";
            await UntilAsync(
                async () =>
                {
                    state = await StateAsync(label);
                    // A cut connection is noticed a little later than it is cut.
                    return state is "VISIBLE" or "ABORTED" or "UNKNOWN";
                },
                $"{label} settled");
            if (state == "VISIBLE")
            {
                return;
            }

            Assert.False(done, $"{label} was answered as done and is {state}");
        }

        Assert.Fail($"{label} never got through");
    }

    private async Task<string> StateAsync(string label)
    {
        string state = "";
        await AgainAsync(async () => state = await Loads.StateAsync(label));
        return state;
    }

    // For calls that change nothing the second time.
    private static async Task AgainAsync(Func<Task> call)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception e) when (attempt < 10 && e is HttpRequestException or JsonException or Xunit.Sdk.XunitException)
            {
                // the same fault once more
            }
        }
    }

    private async Task<JsonElement> LoadAsync(string table, string label, string body)
    {
        Uri url = Server.LoadUrl;
        string? path = table;
        for (int hop = 0; hop < 5; hop++)
        {
            using HttpRequestMessage request = Loads.Request(url, path, body, ("label", label));
            using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
            if (reply.StatusCode == HttpStatusCode.TemporaryRedirect)
            {
                (url, path) = (reply.Headers.Location!, null);
                continue;
            }

            return reply.StatusCode == HttpStatusCode.OK
                ? LoadClient.Parse(await reply.Content.ReadAsStringAsync())
                : throw new HttpRequestException($"HTTP {(int)reply.StatusCode}");
        }

        throw new InvalidOperationException("Too many hops");
    }
}
