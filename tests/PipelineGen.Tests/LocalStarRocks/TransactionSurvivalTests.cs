using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>What survives restarts of BE and FE, and another leader (STARROCKS.md, 2.4).</summary>
public sealed class TransactionSurvivalTests : StandInTest
{
    private const string Row = """{"id":1,"v":1}""";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"standin-{Guid.NewGuid():N}.db");
    private TransactionClient _transactions = null!;

    protected override LocalStarRocksOptions Options => new() { DataFile = _file, Version = "3.3" };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
        _transactions = new TransactionClient(Server);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(_file + suffix);
        }
    }

    [Fact]
    public async Task Prepare_dies_with_the_backend_and_the_frontend_shows_it_until_cancelled()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        await Server.RestartBackendAsync();
        Assert.Equal("PREPARE", await Loads.StateAsync("a"));
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        (await _transactions.CommitAsync("a")).Is("TXN_NOT_EXISTS");
        (await _transactions.RollbackAsync("a")).Is("TXN_NOT_EXISTS");
        Assert.Equal("RUNNING", (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS").Text("ExistingJobStatus"));
        using var cancel = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.LoadUrl, "api/shop/t/_cancel?label=a")) { Headers = { Authorization = LoadClient.Basic("root", "") } };
        using HttpResponseMessage cancelled = await Loads.Http.SendAsync(cancel);
        Assert.Equal("OK", LoadClient.Parse(await cancelled.Content.ReadAsStringAsync()).Text("status"));
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task A_backend_that_restarts_cuts_plain_loads_and_the_frontend_does_not_hear_of_it()
    {
        using RawConnection load = await RawConnection.OpenAsync(Server.BackendUrl.Port);
        await load.SendAsync("PUT /api/shop/t/_stream_load HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nformat: json\r\nlabel: a\r\nContent-Length: 100\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 Continue", await load.ReadHeadAsync(), StringComparison.Ordinal);
        Uri before = Server.BackendUrl;
        await Server.RestartBackendAsync();
        Assert.Equal("", await load.ReadToEndAsync());
        Assert.Equal(before, Server.BackendUrl);
        Assert.Equal("PREPARE", await Loads.StateAsync("a"));
        await LoadAsync(Row, ("label", "b"));
    }

    [Fact]
    public async Task Prepared_survives_backend_leader_and_a_restart_of_everything()
    {
        long id = (await _transactions.BeginAsync("a")).Is("OK").Number("TxnId");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.LoadAsync("a", """{"id":2,"v":2}{"id":1,"__op":1}""")).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        await Server.RestartBackendAsync();
        Server.ChangeLeader();
        Assert.Equal("PREPARED", await Loads.StateAsync("a"));
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        await RestartAsync();
        Assert.Equal("PREPARED", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());
        Assert.Equal(id, (await _transactions.CommitAsync("a")).Is("OK").Number("TxnId"));
        Assert.Equal("2,2", await RowsAsync());
        await RestartAsync();
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        Assert.Equal("2,2", await RowsAsync());
    }

    [Fact]
    public async Task Another_leader_knows_no_prepare_and_no_backend_of_it()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Server.ChangeLeader();
        Assert.Equal("UNKNOWN", await Loads.StateAsync("a"));
        Assert.StartsWith("class com.starrocks.common.UserException: Can't find the transaction with db [shop] and label[a]. The possible reasons: 1. FE leader is started or switched",
            (await _transactions.PrepareAsync("a")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        (await _transactions.CommitAsync("a")).Is("FAILED", "class com.starrocks.common.UserException: No transaction found by label a");
        // The BE still holds what no FE knows.
        _transactions.Entry = Server.BackendUrl;
        Assert.StartsWith("transaction not found: ", (await _transactions.PrepareAsync("a")).Is("ANALYSIS_ERROR").Text("Message"), StringComparison.Ordinal);
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        await RestartAsync();
        Assert.Equal("UNKNOWN", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Committed_but_unpublished_transactions_survive_a_restart()
    {
        Server.Faults.SlowPublish = Timeout.InfiniteTimeSpan;
        Task<JsonElement> plain = Loads.LoadAsync("t", """{"id":1,"v":1}""", ("label", "plain"));
        await UntilAsync(async () => await Loads.StateAsync("plain") == "COMMITTED", "COMMITTED");
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", """{"id":1,"v":2}""")).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        Task<JsonElement> commit = _transactions.CommitAsync("a");
        await UntilAsync(async () => await Loads.StateAsync("a") == "COMMITTED", "COMMITTED");
        Assert.Equal("", await RowsAsync());
        await RestartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => plain);
        await Assert.ThrowsAnyAsync<Exception>(() => commit);
        await UntilAsync(async () => await Loads.StateAsync("a") == "VISIBLE", "VISIBLE");
        Assert.Equal("VISIBLE", await Loads.StateAsync("plain"));
        Assert.Equal("1,2", await RowsAsync());
    }

    [Fact]
    public async Task A_prepared_transaction_whose_table_was_dropped_commits_nothing_into_the_new_one()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        await Sql.QueryAsync("DROP TABLE t");
        await CreateAsync("id INT, v INT");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task A_lost_reply_to_prepare_or_commit_is_settled_by_the_label()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Server.Faults.LoseReplyAfterPrepare = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _transactions.PrepareAsync("a"));
        Assert.Equal("PREPARED", await Loads.StateAsync("a"));
        (await _transactions.PrepareAsync("a")).Is("TXN_NOT_EXISTS");
        Server.Faults.LoseReplyAfterCommit = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _transactions.CommitAsync("a"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        (await _transactions.CommitAsync("a")).Is("OK");

        (await _transactions.BeginAsync("b")).Is("OK");
        (await _transactions.LoadAsync("b", """{"id":2,"v":2}""")).Is("OK");
        Server.Faults.LoseReplyAfterCommit = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _transactions.CommitAsync("b"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("b"));
        Assert.Equal("1,1;2,2", await RowsAsync());
        Assert.Equal((0, 0), (Server.Faults.LoseReplyAfterCommit, Server.Faults.LoseReplyAfterPrepare));
    }

    private async Task RestartAsync()
    {
        _transactions.Dispose();
        await RestartServerAsync();
        _transactions = new TransactionClient(Server);
    }
}
