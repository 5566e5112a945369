using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineGen.LocalStarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>A schema change's states on a clock that the test moves (STARROCKS.md, 6.1).</summary>
public sealed class AlterJobTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"alter-{Guid.NewGuid():N}.db");
    private LocalStarRocksServer _server = null!;
    private SqlWire _sql = null!;

    public async Task InitializeAsync()
    {
        await StartAsync();
        await _sql.QueryAsync("CREATE DATABASE shop");
        await _sql.QueryAsync("USE shop");
        await _sql.QueryAsync("CREATE TABLE t (id INT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id) PROPERTIES (\"replication_num\" = \"1\")");
        await _sql.QueryAsync("INSERT INTO t VALUES (1, 1)");
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(_file + suffix);
        }
    }

    [Fact]
    public async Task A_slow_change_is_pending_waits_runs_and_finishes_and_nothing_else_may_alter_meanwhile()
    {
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v BIGINT");
        Assert.Equal("PENDING", await StateAsync());
        Assert.StartsWith(
            "A schema change operation is in progress on the table t. Please wait until the current operation completes. To check the status of the operation, see ",
            (await _sql.RefusedAsync("ALTER TABLE t ADD COLUMN w INT")).Message, StringComparison.Ordinal);
        await _sql.RefusedAsync("ALTER TABLE t RENAME u");
        await BecomesAsync("RUNNING");
        await _sql.QueryAsync("INSERT INTO t VALUES (2, 2)");
        await BecomesAsync("FINISHED");
        Assert.Equal("bigint(20)", await _sql.ScalarAsync("SELECT COLUMN_TYPE FROM information_schema.columns WHERE COLUMN_NAME = 'v'"));
        Assert.Equal("2", await _sql.ScalarAsync("SELECT count(*) FROM t"));
        await _sql.QueryAsync("ALTER TABLE t ADD COLUMN w INT");
    }

    [Fact]
    public async Task A_load_begun_before_is_waited_for_and_one_begun_after_is_not()
    {
        using var before = new Body(_server, "before");
        await before.SendHeadAsync();
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v BIGINT");
        using var after = new Body(_server, "after");
        await after.SendHeadAsync();
        await BecomesAsync("WAITING_TXN");
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(Step);
        }

        Assert.Equal("WAITING_TXN", await StateAsync());
        await before.SendRestAsync("""{"id":5,"v":5}""");
        await BecomesAsync("FINISHED");

        // Planned on the old schema, written to the new one.
        await after.SendRestAsync("""{"id":6,"v":9007199254740993}""");
        Assert.Equal("9007199254740993", await _sql.ScalarAsync("SELECT v FROM t WHERE id = 6"));
    }

    [Fact]
    public async Task A_job_is_cancelled_by_the_user_once()
    {
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v BIGINT");
        await _sql.QueryAsync("CANCEL ALTER TABLE COLUMN FROM shop.t");
        Assert.Equal("CANCELLED", await StateAsync());
        Assert.Equal("Table[t] is not under SCHEMA_CHANGE.", (await _sql.RefusedAsync("CANCEL ALTER TABLE COLUMN FROM t")).Message);
        _time.Advance(Step);
        _time.Advance(Step);
        Assert.Equal("int(11)", await _sql.ScalarAsync("SELECT COLUMN_TYPE FROM information_schema.columns WHERE COLUMN_NAME = 'v'"));
    }

    [Fact]
    public async Task A_job_over_its_timeout_is_cancelled()
    {
        await _sql.QueryAsync("SET wait_timeout = 1000000");
        using var before = new Body(_server, "long");
        await before.SendHeadAsync(timeout: 200_000);
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v BIGINT");
        await BecomesAsync("WAITING_TXN");
        _time.Advance(TimeSpan.FromDays(1) + Step);
        await BecomesAsync("CANCELLED");
        Assert.Equal("Timeout", (await _sql.QueryAsync("SHOW ALTER TABLE COLUMN FROM shop")).Single()[10]);
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_job_and_keeps_renamed_columns_first_names()
    {
        await _sql.QueryAsync("ALTER TABLE t RENAME COLUMN v TO w");
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN w BIGINT");
        await StopAsync();
        await StartAsync();
        await _sql.QueryAsync("USE shop");
        Assert.Equal("PENDING", await StateAsync());
        await BecomesAsync("FINISHED");
        Assert.Equal("bigint(20)", await _sql.ScalarAsync("SELECT COLUMN_TYPE FROM information_schema.columns WHERE COLUMN_NAME = 'w'"));
        Assert.Contains("column id: v", (await _sql.RefusedAsync("ALTER TABLE t ADD COLUMN v INT")).Message, StringComparison.Ordinal);
        Assert.Equal("1", await _sql.ScalarAsync("SELECT w FROM t"));
    }

    [Fact]
    public async Task A_prepared_transaction_is_waited_for_until_its_commit()
    {
        await CallAsync(HttpMethod.Post, "begin");
        await CallAsync(HttpMethod.Put, "load", """{"id":7,"v":70}""");
        await CallAsync(HttpMethod.Post, "prepare");
        await _sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v VARCHAR(20)");
        await BecomesAsync("WAITING_TXN");
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(Step);
        }

        Assert.Equal("WAITING_TXN", await StateAsync());
        await CallAsync(HttpMethod.Post, "commit");
        await BecomesAsync("FINISHED");
        Assert.Equal("70", await _sql.ScalarAsync("SELECT v FROM t WHERE id = 7"));
        Assert.Equal("varchar(20)", await _sql.ScalarAsync("SELECT COLUMN_TYPE FROM information_schema.columns WHERE COLUMN_NAME = 'v'"));
    }

    [Fact]
    public async Task Any_columns_and_rows_survive_a_restart()
    {
        await _sql.QueryAsync("CREATE TABLE odd (`select` INT, `we``ird` STRUCT<`order` INT, `a b` ARRAY<STRING>> COMMENT 'it\\'s \\\\ \"q\"', v VARCHAR(9) DEFAULT 'a\"b') PRIMARY KEY (`select`) PROPERTIES (\"replication_num\" = \"1\")");
        await _sql.QueryAsync("INSERT INTO odd (`select`) VALUES (1)");
        string shown = (await _sql.QueryAsync("SHOW CREATE TABLE odd")).Single()[1]!;
        await StopAsync();
        await StartAsync();
        await _sql.QueryAsync("USE shop");
        Assert.Equal(shown, (await _sql.QueryAsync("SHOW CREATE TABLE odd")).Single()[1]);
        Assert.Equal("a\"b", await _sql.ScalarAsync("SELECT v FROM odd WHERE `select` = 1"));
    }

    private async Task CallAsync(HttpMethod method, string call, string? body = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var url = new Uri(_server.LoadUrl, $"api/transaction/{call}");
        for (int hop = 0; hop < 4; hop++)
        {
            using var request = new HttpRequestMessage(method, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? "")) };
            request.Headers.ExpectContinue = true;
            request.Headers.Authorization = LoadClient.Basic("root", "");
            foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)[("db", "shop"), ("table", "t"), ("label", "two-phase"), ("format", "json"), ("timeout", "600")])
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage reply = await http.SendAsync(request);
            if (reply.StatusCode != HttpStatusCode.TemporaryRedirect)
            {
                string text = await reply.Content.ReadAsStringAsync();
                Assert.Equal((call, "OK"), (call, LoadClient.Parse(text).GetProperty("Status").GetString()));
                return;
            }

            url = reply.Headers.Location!;
        }
    }

    private async Task StartAsync()
    {
        _server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { TimeProvider = _time, SchemaChangeStep = Step, DataFile = _file });
        _sql = await SqlWire.ConnectAsync(_server);
    }

    private async Task StopAsync()
    {
        await _sql.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<string?> StateAsync() => (await _sql.QueryAsync("SHOW ALTER TABLE COLUMN FROM shop WHERE TableName = 't' ORDER BY JobId DESC LIMIT 1")).Single()[9];

    // The job's timers are set by its own thread: each look moves the clock a little.
    private async Task BecomesAsync(string state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await StateAsync() != state)
        {
            Assert.False(limit.IsCancellationRequested, $"Not {state} within 20 s, but {await StateAsync()}");
            _time.Advance(Step / 10);
        }
    }

    /// <summary>A load whose body waits.</summary>
    private sealed class Body(LocalStarRocksServer server, string label) : IDisposable
    {
        private readonly TcpClient _client = new();

        public async Task SendHeadAsync(int timeout = 600)
        {
            await _client.ConnectAsync(IPAddress.Loopback, server.BackendUrl.Port);
            string head = $"PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nformat: json\r\nlabel: {label}\r\ntimeout: {timeout}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
            await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            var buffer = new byte[1000];
            int read = await _client.GetStream().ReadAsync(buffer);
            Assert.StartsWith("HTTP/1.1 100 Continue", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        }

        public async Task SendRestAsync(string row)
        {
            await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{row.Length:x}\r\n{row}\r\n0\r\n\r\n"));
            using var reader = new StreamReader(_client.GetStream());
            string reply = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Contains("\"Status\": \"Success\"", reply, StringComparison.Ordinal);
        }

        public void Dispose() => _client.Dispose();
    }
}
