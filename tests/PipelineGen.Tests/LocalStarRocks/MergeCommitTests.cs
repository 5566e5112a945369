using System.Text.Json;
using PipelineGen.LocalStarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Merge commit (STARROCKS.md, 3).</summary>
public sealed class MergeCommitTests : StandInTest
{
    private static readonly (string, string)[] Merge = [("enable_merge_commit", "true"), ("merge_commit_interval_ms", "5000"), ("merge_commit_parallel", "2")];

    private readonly ManualTime _time = new();

    protected override LocalStarRocksOptions Options => new() { TimeProvider = _time, FollowerHttpPort = 0 };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
    }

    [Fact]
    public async Task Requests_of_one_interval_are_one_transaction()
    {
        Task<JsonElement>[] requests = [.. Enumerable.Range(0, 3).Select(i => Loads.LoadAsync("t", $$"""{"id":{{i}},"v":1}""", [.. Merge, ("label", $"request{i}")]))];
        await JoinedAsync(3 * 14);
        Assert.Equal("", await RowsAsync());
        Assert.All(requests, r => Assert.False(r.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(5));
        JsonElement[] replies = await Task.WhenAll(requests);
        Assert.Equal("0,1;1,1;2,1", await RowsAsync());
        string label = Assert.Single(replies.Select(r => r.Is("Success", "OK").Text("Label")).Distinct());
        Assert.StartsWith("merge_commit_", label, StringComparison.Ordinal);
        Assert.Single(replies.Select(r => r.Number("TxnId")).Distinct());
        Assert.Equal(["request0", "request1", "request2"], replies.Select(r => r.Text("RequestId")));
        Assert.Equal(
            ["TxnId", "Label", "Db", "Table", "Status", "Message", "RequestId", "LoadBytes", "LoadTimeMs", "ReadDataTimeMs", "PendingTimeMs", "WaitPlanTimeMs", "WriteDataTimeMs", "WaitFinishTimeMs", "LeftMergeTimeMs"],
            replies[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal("VISIBLE", await Loads.StateAsync(label));
        Assert.Equal("UNKNOWN", await Loads.StateAsync("request0"));
    }

    [Fact]
    public async Task One_bad_request_fails_all_of_its_interval()
    {
        Task<JsonElement> good = Loads.LoadAsync("t", """{"id":1,"v":1}""", Merge);
        await JoinedAsync(14);
        Task<JsonElement> bad = Loads.LoadAsync("t", """{"id":null,"v":1}""", Merge);
        await JoinedAsync(14 + 17);
        _time.Advance(TimeSpan.FromSeconds(5));
        (await good).Is("Fail", "too many filtered rows");
        (await bad).Is("Fail", "too many filtered rows");
        Assert.Equal("", await RowsAsync());
        Assert.Equal("ABORTED", await Loads.StateAsync((await good).Text("Label")));
    }

    [Fact]
    public async Task Async_requests_are_answered_before_anything_is_durable()
    {
        JsonElement reply = (await Loads.LoadAsync("t", """{"id":1,"v":1}""", [.. Merge, ("merge_commit_async", "true")])).Is("Success");
        Assert.Equal(5000, reply.Number("LeftMergeTimeMs"));
        Assert.Equal("PREPARE", await Loads.StateAsync(reply.Text("Label")));
        Assert.Equal("", await RowsAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        await UntilAsync(async () => await Loads.StateAsync(reply.Text("Label")) == "VISIBLE", "VISIBLE");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Other_parameters_are_another_transaction()
    {
        (string, string)[] asynchronous = [.. Merge, ("merge_commit_async", "true")];
        JsonElement one = (await Loads.LoadAsync("t", """{"id":1,"v":1}""", asynchronous)).Is("Success");
        JsonElement same = (await Loads.LoadAsync("t", """{"id":2,"v":1}""", asynchronous)).Is("Success");
        JsonElement other = (await Loads.LoadAsync("t", """{"id":3,"v":1}""", [.. asynchronous, ("columns", "id,v")])).Is("Success");
        Assert.Equal(one.Number("TxnId"), same.Number("TxnId"));
        Assert.NotEqual(one.Number("TxnId"), other.Number("TxnId"));
        _time.Advance(TimeSpan.FromSeconds(5));
        JsonElement later = (await Loads.LoadAsync("t", """{"id":4,"v":1}""", asynchronous)).Is("Success");
        Assert.NotEqual(one.Number("TxnId"), later.Number("TxnId"));
    }

    [Theory]
    [InlineData("merge_commit_interval_ms", "", "Batch write interval must be set positive, but is null")]
    [InlineData("merge_commit_interval_ms", "0", "Batch write interval must be set positive, but is 0")]
    [InlineData("merge_commit_parallel", "", "Batch write parallel must be set positive, but is null")]
    public async Task The_frontend_asks_for_interval_and_parallel(string header, string value, string expected)
    {
        (string, string)[] headers = [.. Merge.Where(h => h.Item1 != header)];
        using HttpRequestMessage request = Loads.Request(Server.LoadUrl, "t", "{}", value.Length == 0 ? headers : [.. headers, (header, value)]);
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        JsonElement json = LoadClient.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal(("FAILED", "INVALID_ARGUMENT", expected), (json.Text("status"), json.Text("code"), json.Text("msg")));
    }

    [Fact]
    public async Task A_follower_sends_it_to_the_leader()
    {
        using HttpRequestMessage request = Loads.Request(Server.FollowerUrl!, "t", "{}", Merge);
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        Assert.Equal(Server.LoadUrl.Port, reply.Headers.Location!.Port);
    }

    [Fact]
    public async Task What_waits_is_lost_with_its_backend()
    {
        JsonElement reply = (await Loads.LoadAsync("t", """{"id":1,"v":1}""", [.. Merge, ("merge_commit_async", "true")])).Is("Success");
        await Server.RestartBackendAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("PREPARE", await Loads.StateAsync(reply.Text("Label")));
        _time.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal("ABORTED", await Loads.StateAsync(reply.Text("Label")));
        Assert.Equal("", await RowsAsync());
    }

    private Task JoinedAsync(long bytes) => UntilAsync(() => Task.FromResult(Server.Labels.List("shop").Sum(t => t.Counts.Bytes) == bytes), $"{bytes} bytes of requests joined");
}
