using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>What differs between the releases that are stood in for (STARROCKS.md, 1.5, 2.1, 3).</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("3.3", false, "No partitions have data available for loading.")]
    [InlineData("3.5", false, "No partitions have data available for loading.")]
    [InlineData("4.0", false, "No partitions have data available for loading.")]
    [InlineData("4.1", true, "No rows were imported from upstream.")]
    public async Task Replies_name_their_table_from_41_and_empty_loads_have_other_words(string version, bool named, string empty)
    {
        await using LocalStarRocksServer server = await StartAsync(version);
        using var loads = new LoadClient(server);
        using HttpRequestMessage request = loads.Request(server.BackendUrl, "t", """{"id":1,"v":1}""");
        using HttpResponseMessage response = await loads.Http.SendAsync(request);
        JsonElement reply = LoadClient.Parse(await response.Content.ReadAsStringAsync()).Is("Success");
        Assert.Equal(named, reply.TryGetProperty("Db", out _) && reply.TryGetProperty("Table", out _));
        Assert.Equal(named ? "application/json" : null, response.Content.Headers.ContentType?.ToString());
        (await loads.LoadAsync("t", "")).Is("Fail", empty);
    }

    [Theory]
    [InlineData("3.3", false)]
    [InlineData("3.5.3", false)]
    [InlineData("3.5.4", true)]
    [InlineData("3.5", true)]
    [InlineData("4.0", true)]
    public async Task Prepared_timeout_is_read_from_354(string version, bool read)
    {
        await using LocalStarRocksServer server = await StartAsync(version);
        using var transactions = new TransactionClient(server);
        (await transactions.BeginAsync("a")).Is("OK");
        (await transactions.LoadAsync("a", """{"id":1,"v":1}""")).Is("OK");
        (await transactions.PrepareAsync("a", ("prepared_timeout", "never"))).Is(read ? "INVALID_ARGUMENT" : "OK");
    }

    [Theory]
    [InlineData("3.3", false)]
    [InlineData("3.5", true)]
    public async Task Merge_commit_is_known_from_34(string version, bool known)
    {
        await using LocalStarRocksServer server = await StartAsync(version);
        using var loads = new LoadClient(server);
        JsonElement reply = await loads.LoadAsync("t", """{"id":1,"v":1}""",
            ("enable_merge_commit", "true"), ("merge_commit_interval_ms", "1"), ("merge_commit_parallel", "1"), ("merge_commit_async", "true"));
        Assert.Equal(known, reply.TryGetProperty("RequestId", out _));
    }

    [Theory]
    [InlineData("2.5")]
    [InlineData("3.4")]
    [InlineData("5.0")]
    [InlineData("3")]
    [InlineData("4.1.x")]
    [InlineData("")]
    public async Task Other_versions_are_refused(string version)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version }));
    }

    private static async Task<LocalStarRocksServer> StartAsync(string version)
    {
        LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version });
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("CREATE TABLE shop.t (id INT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id) PROPERTIES (\"replication_num\" = \"1\")");
        return server;
    }
}
