using System.Net;
using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Every fault switch, set by property and by HTTP, and what is left behind by it (STARROCKS.md, 8, 10).</summary>
public sealed class FaultSwitchTests : StandInTest
{
    private const string Row = """{"id":1,"v":1}""";

    private TransactionClient _transactions = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
        _transactions = new TransactionClient(Server);
    }

    [Fact]
    public async Task Memory_and_transaction_limits_keep_nothing_and_free_the_label()
    {
        Server.Faults.MemoryLimit = 1;
        Assert.Contains("Mem usage has exceed the limit of load", await FailAsync(Row, ("label", "a")), StringComparison.Ordinal);
        Server.Faults.RunningTransactionLimit = 1;
        Assert.Matches("^current running txns on db [0-9]+ is 1000, larger than limit 1000$", await FailAsync(Row, ("label", "a")));
        Assert.Equal("", await RowsAsync());
        await LoadAsync(Row, ("label", "a"));
    }

    [Fact]
    public async Task The_same_limits_meet_transactions()
    {
        Server.Faults.RunningTransactionLimit = 1;
        Assert.Matches("^current running txns", (await _transactions.BeginAsync("a")).Is("ANALYSIS_ERROR").Text("Message"));
        (await _transactions.BeginAsync("a")).Is("OK");
        Server.Faults.MemoryLimit = 1;
        (await _transactions.LoadAsync("a", Row)).Is("MEM_LIMIT_EXCEEDED");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Server.Faults.TooManyVersions = 1;
        (await _transactions.PrepareAsync("a")).Is("SERVICE_UNAVAILABLE");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task In_processing_harms_nothing()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        Server.Faults.TransactionInProcessing = 2;
        (await _transactions.LoadAsync("a", Row)).Is("TXN_IN_PROCESSING");
        (await _transactions.PrepareAsync("a")).Is("TXN_IN_PROCESSING");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Commit_timeouts_are_commits()
    {
        long id = (await _transactions.BeginAsync("a")).Number("TxnId");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        Server.Faults.CommitTimeout = 1;
        Assert.EndsWith($"publish timeout: 20000, transactionId={id}", (await _transactions.CommitAsync("a")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        (await _transactions.BeginAsync("b")).Is("OK");
        (await _transactions.LoadAsync("b", """{"id":2,"v":2}""")).Is("OK");
        Server.Faults.PublishTimeout = 1;
        (await _transactions.CommitAsync("b")).Is("PUBLISH_TIMEOUT");
        Assert.Equal("1,1;2,2", await RowsAsync());
    }

    [Fact]
    public async Task Resets_before_and_in_the_body_keep_nothing()
    {
        Server.Faults.ResetBeforeContinue = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Loads.LoadAsync("t", Row, ("label", "before")));
        Assert.Equal("UNKNOWN", await Loads.StateAsync("before"));
        Server.Faults.ResetInBody = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Loads.LoadAsync("t", Row, ("label", "in")));
        await UntilAsync(async () => await Loads.StateAsync("in") == "ABORTED", "ABORTED");
        (await _transactions.BeginAsync("a")).Is("OK");
        Server.Faults.ResetInBody = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _transactions.LoadAsync("a", Row));
        await UntilAsync(async () => await Loads.StateAsync("a") == "ABORTED", "ABORTED");
        Assert.Equal("", await RowsAsync());
        await LoadAsync(Row, ("label", "in"));
        Assert.Equal((0, 0), (Server.Faults.ResetBeforeContinue, Server.Faults.ResetInBody));
    }

    [Fact]
    public async Task The_frontend_fails_lacks_backends_and_points_at_itself()
    {
        Server.Faults.FrontendError = 1;
        using (HttpRequestMessage request = Loads.Request(Server.LoadUrl, "t", Row))
        using (HttpResponseMessage reply = await Loads.Http.SendAsync(request))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        }

        Server.Faults.NoBackendAlive = 2;
        using (HttpRequestMessage request = Loads.Request(Server.LoadUrl, "t", Row))
        using (HttpResponseMessage reply = await Loads.Http.SendAsync(request))
        {
            Assert.Equal("""{"Status":"FAILED","Message":"class com.starrocks.common.DdlException: No backend alive."}""", await reply.Content.ReadAsStringAsync());
        }

        Assert.EndsWith(": No backend alive.", (await _transactions.BeginAsync("a")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        Server.Faults.RedirectLoop = 1;
        using (HttpRequestMessage request = Loads.Request(Server.LoadUrl, "t", Row))
        using (HttpResponseMessage reply = await Loads.Http.SendAsync(request))
        {
            Assert.Equal(new Uri(Server.LoadUrl, "api/shop/t/_stream_load"), reply.Headers.Location);
        }

        await LoadAsync(Row);
    }

    [Fact]
    public async Task A_redirect_without_a_look_at_the_password_lets_the_backend_refuse()
    {
        Server.Faults.RedirectWithoutAuthorization = 1;
        using HttpRequestMessage request = Loads.Request(Server.LoadUrl, "t", Row);
        request.Headers.Authorization = null;
        using HttpResponseMessage redirect = await Loads.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, redirect.StatusCode);
        using HttpRequestMessage second = Loads.Request(redirect.Headers.Location!, null, Row);
        second.Headers.Authorization = null;
        using HttpResponseMessage refused = await Loads.Http.SendAsync(second);
        LoadClient.Parse(await refused.Content.ReadAsStringAsync()).Is("Fail", "no valid Basic authorization");
    }

    [Fact]
    public async Task Slow_answers_come_later_but_come()
    {
        Server.Faults.SlowAnswers = TimeSpan.FromMilliseconds(200);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await LoadAsync(Row);
        Assert.True(watch.ElapsedMilliseconds >= 390, $"FE and BE each hold back 200 ms, found {watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Users_set_and_list_faults_by_http()
    {
        JsonElement listed = await AdminAsync(HttpMethod.Put, "faults?lose_reply_after_commit=2&slow_publish_ms=1500");
        Assert.Equal((2L, 1500L, 0L), (listed.Number("lose_reply_after_commit"), listed.Number("slow_publish_ms"), listed.Number("reset_in_body")));
        Assert.Equal((2, TimeSpan.FromMilliseconds(1500)), (Server.Faults.LoseReplyAfterCommit, Server.Faults.SlowPublish));
        Assert.Equal(2, (await AdminAsync(HttpMethod.Get, "faults")).Number("lose_reply_after_commit"));
        foreach (JsonProperty fault in listed.EnumerateObject())
        {
            Assert.Equal(3, (await AdminAsync(HttpMethod.Put, $"faults?{fault.Name}=3")).Number(fault.Name));
            Assert.Equal(0, (await AdminAsync(HttpMethod.Put, $"faults?{fault.Name}=0")).Number(fault.Name));
        }
    }

    [Theory]
    [InlineData("nonsense=1", "unknown fault 'nonsense'")]
    [InlineData("publish_timeout=many", "publish_timeout: expected a number, found 'many'")]
    [InlineData("publish_timeout=-1", "publish_timeout: expected a number from 0, found -1")]
    public async Task A_wrong_fault_is_named(string query, string expected)
    {
        Assert.StartsWith(expected, (await AdminAsync(HttpMethod.Put, $"faults?{query}", HttpStatusCode.BadRequest)).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_restart_the_backend_and_change_the_leader_by_http_and_need_their_password()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.BeginAsync("b")).Is("OK");
        Assert.Equal("OK", (await AdminAsync(HttpMethod.Post, "restart_backend")).Text("status"));
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        Assert.Equal("PREPARE", await Loads.StateAsync("b"));
        Assert.Equal("OK", (await AdminAsync(HttpMethod.Post, "change_leader")).Text("status"));
        Assert.Equal("UNKNOWN", await Loads.StateAsync("b"));
        using HttpResponseMessage refused = await Loads.Http.GetAsync(new Uri(Server.LoadUrl, "api/_stand_in/faults"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Discard_counts_and_checks_and_keeps_nothing()
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Discard = true });
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("CREATE TABLE shop.t (id INT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        using var loads = new LoadClient(server);
        Assert.Equal(2, (await loads.LoadAsync("t", """{"id":1,"v":1}{"id":2,"v":1}""", ("label", "a"))).Is("Success").Number("NumberLoadedRows"));
        (await loads.LoadAsync("t", """{"id":null}""")).Is("Fail", "too many filtered rows");
        Assert.Equal("VISIBLE", await loads.StateAsync("a"));
        Assert.Equal("0", await sql.ScalarAsync("SELECT count(*) FROM shop.t"));
    }

    private async Task<JsonElement> AdminAsync(HttpMethod method, string what, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.LoadUrl, "api/_stand_in/" + what)) { Headers = { Authorization = LoadClient.Basic("root", "") } };
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        Assert.Equal(expected, reply.StatusCode);
        return LoadClient.Parse(await reply.Content.ReadAsStringAsync());
    }
}
