using System.Net.Sockets;
using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Faults, restarts and many clients at once.</summary>
public sealed class FaultTests : StandInTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
    }

    [Fact]
    public async Task Lost_reply_leaves_a_visible_label()
    {
        Server.Faults.LoseReplyAfterCommit = 1;
        await Assert.ThrowsAsync<HttpRequestException>(() => Loads.LoadAsync("t", """{"id":1,"v":1}""", ("label", "lost")));
        Assert.Equal("VISIBLE", await Loads.StateAsync("lost"));
        Assert.Equal("1,1", await RowsAsync());
        Assert.Equal("FINISHED", (await Loads.LoadAsync("t", """{"id":1,"v":1}""", ("label", "lost"))).GetProperty("ExistingJobStatus").GetString());
    }

    [Fact]
    public async Task Too_many_versions_keeps_nothing_and_publish_timeout_keeps_all()
    {
        Server.Faults.TooManyVersions = 1;
        Assert.Contains("because of too many versions, current/limit:", await FailAsync("""{"id":1}""", ("label", "a")), StringComparison.Ordinal);
        Assert.Equal("", await RowsAsync());
        Server.Faults.PublishTimeout = 1;
        JsonElement reply = await Loads.LoadAsync("t", """{"id":1}""", ("label", "a"));
        Assert.Equal("Publish Timeout", reply.GetProperty("Status").GetString());
        Assert.Equal("1,NULL", await RowsAsync());
    }

    [Fact]
    public async Task Pause_refuses_and_resume_listens_on_the_same_ports()
    {
        await LoadAsync("""{"id":1,"v":1}""");
        (Uri load, Uri backend, string sql) = (Server.LoadUrl, Server.BackendUrl, Server.QueryEndpoint);
        await Server.PauseAsync();
        await Assert.ThrowsAnyAsync<SocketException>(() => SqlWire.ConnectAsync(Server));
        await Assert.ThrowsAsync<HttpRequestException>(() => Loads.StateAsync("x"));
        await Server.ResumeAsync();
        Assert.Equal((load, backend, sql), (Server.LoadUrl, Server.BackendUrl, Server.QueryEndpoint));
        await using SqlWire again = await SqlWire.ConnectAsync(Server, database: "shop");
        Assert.Equal("1", await again.ScalarAsync("SELECT count(*) FROM t"));
        await LoadAsync("""{"id":2,"v":1}""");
    }

    [Fact]
    public async Task Tables_rows_and_labels_survive_a_restart()
    {
        string file = Path.Combine(Path.GetTempPath(), $"standin-{Guid.NewGuid():N}.db");
        try
        {
            var options = new LocalStarRocksOptions { DataFile = file };
            await using (LocalStarRocksServer first = await LocalStarRocksServer.StartAsync(options))
            {
                await using SqlWire sql = await SqlWire.ConnectAsync(first);
                await sql.QueryAsync("CREATE DATABASE shop");
                await sql.QueryAsync("CREATE TABLE shop.t (id INT, v DECIMAL(9,2) DEFAULT \"1.5\" COMMENT \"it's \\\"x\\\"\") PRIMARY KEY (id) DISTRIBUTED BY HASH(id) ORDER BY (id)" + OneNode);
                using var loads = new LoadClient(first);
                await loads.LoadAsync("t", """{"id":1,"v":2}""", ("label", "kept"));
            }

            await using LocalStarRocksServer second = await LocalStarRocksServer.StartAsync(options);
            await using SqlWire again = await SqlWire.ConnectAsync(second);
            using var after = new LoadClient(second);
            Assert.Equal("2.00", await again.ScalarAsync("SELECT v FROM shop.t"));
            Assert.Equal("VISIBLE", await after.StateAsync("kept"));
            Assert.Equal("it's \"x\"", await again.ScalarAsync("SELECT COLUMN_COMMENT FROM information_schema.columns WHERE COLUMN_NAME = 'v'"));
        }
        finally
        {
            foreach (string suffix in (string[])["", "-wal", "-shm"])
            {
                File.Delete(file + suffix);
            }
        }
    }

    [Fact]
    public async Task Many_loads_and_queries_at_once_see_whole_loads_only()
    {
        const int Writers = 6, LoadsEach = 8, RowsEach = 50;
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (int l = 0; l < LoadsEach; l++)
            {
                string body = string.Join('\n', Enumerable.Range(0, RowsEach).Select(i => $$"""{"id":{{(w * LoadsEach + l) * RowsEach + i}},"v":{{w}}}"""));
                JsonElement reply = await Loads.LoadAsync("t", body);
                Assert.Equal("Success", reply.GetProperty("Status").GetString());
            }
        }))];
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using SqlWire sql = await SqlWire.ConnectAsync(Server, database: "shop");
            while (!Task.WhenAll(writers).IsCompleted)
            {
                Assert.Equal(0, int.Parse((await sql.ScalarAsync("SELECT count(*) FROM t"))!) % RowsEach);
            }
        }))];
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((Writers * LoadsEach * RowsEach).ToString(), await Sql.ScalarAsync("SELECT count(*) FROM t"));
    }
}
