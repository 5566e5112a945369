using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>A fresh stand-in with a database <c>shop</c>, a load client and a SQL connection.</summary>
public abstract class StandInTest : IAsyncLifetime
{
    private protected const string OneNode = " PROPERTIES (\"replication_num\" = \"1\")";

    private protected LocalStarRocksServer Server { get; private set; } = null!;
    private protected LoadClient Loads { get; private set; } = null!;
    private protected SqlWire Sql { get; private set; } = null!;

    protected virtual LocalStarRocksOptions Options => new();

    public virtual async Task InitializeAsync()
    {
        Server = await LocalStarRocksServer.StartAsync(Options);
        Loads = new LoadClient(Server);
        Sql = await SqlWire.ConnectAsync(Server);
        await Sql.QueryAsync("CREATE DATABASE shop");
        await Sql.QueryAsync("USE shop");

        // Tests that move the clock by days keep their connection: the endpoint lets idle ones go after 8 hours.
        await Sql.QueryAsync("SET wait_timeout = 31536000");
    }

    public virtual async Task DisposeAsync()
    {
        Loads.Dispose();
        await Sql.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>Ends everything and starts it again from its file.</summary>
    private protected async Task RestartServerAsync()
    {
        Loads.Dispose();
        await Sql.DisposeAsync();
        await Server.DisposeAsync();
        Server = await LocalStarRocksServer.StartAsync(Options);
        Loads = new LoadClient(Server);
        Sql = await SqlWire.ConnectAsync(Server, database: "shop");
    }

    private protected Task CreateAsync(string columns, string key = "PRIMARY KEY (id)") =>
        Sql.QueryAsync($"CREATE TABLE t ({columns}) {key} DISTRIBUTED BY HASH(id)" + OneNode);

    private protected async Task<JsonElement> LoadAsync(string body, params (string, string)[] headers)
    {
        JsonElement reply = await Loads.LoadAsync("t", body, headers);
        Assert.True(reply.GetProperty("Status").GetString() == "Success", reply.ToString());
        return reply;
    }

    private protected async Task<string> FailAsync(string body, params (string, string)[] headers)
    {
        JsonElement reply = await Loads.LoadAsync("t", body, headers);
        Assert.Equal("Fail", reply.GetProperty("Status").GetString());
        return reply.GetProperty("Message").GetString()!;
    }

    private protected async Task<string> RowsAsync(string sql = "SELECT * FROM t ORDER BY id") =>
        string.Join(";", (await Sql.QueryAsync(sql)).Select(r => string.Join(",", r.Select(v => v ?? "NULL"))));

    private protected static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not within 20 s: {what}");
            await Task.Yield();
        }
    }
}
