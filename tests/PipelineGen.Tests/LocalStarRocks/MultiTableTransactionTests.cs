using System.Text.Json;
using PipelineGen.LocalStarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Transactions over several tables (STARROCKS.md, 2.8).</summary>
public sealed class MultiTableTransactionTests : StandInTest
{
    private const string Row = """{"id":1,"v":1}""";

    private readonly ManualTime _time = new();
    private TransactionClient _transactions = null!;

    protected override LocalStarRocksOptions Options => new() { Version = "4.0", TimeProvider = _time };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
        await Sql.QueryAsync("CREATE TABLE u (id INT, v INT NOT NULL) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        _transactions = new TransactionClient(Server) { Always = { ("transaction_type", "multi") } };
    }

    [Fact]
    public async Task Tables_are_committed_together()
    {
        JsonElement begin = (await _transactions.BeginAsync("a", ("timeout", "600"))).Is("OK", "");
        Assert.Equal(2, begin.EnumerateObject().Count());
        Assert.Equal([Server.LoadUrl.Port], _transactions.Hops);
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Assert.Equal([Server.LoadUrl.Port, Server.BackendUrl.Port], _transactions.Hops);
        (await _transactions.LoadAsync("a", """{"id":2,"v":2}""", ("table", "u"))).Is("OK");
        (await _transactions.LoadAsync("a", """{"id":3,"v":3}""")).Is("OK");
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM u"));
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal([Server.LoadUrl.Port], _transactions.Hops);
        Assert.Equal("1,1;3,3", await RowsAsync());
        Assert.Equal("2,2", await RowsAsync("SELECT * FROM u"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        Assert.Matches("^Transaction [0-9]+ has already committed, label is a$", (await _transactions.CommitAsync("a")).Is("OK").Text("Message"));
        Assert.Matches("^Can not abort VISIBLE transaction [0-9]+, label is a$", (await _transactions.RollbackAsync("a")).Is("FAILED").Text("Message"));
        (await _transactions.LoadAsync("a", Row)).Is("FAILED");
        Assert.Equal("Label [a] has already been used.", (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS").Text("Message"));
    }

    [Fact]
    public async Task There_is_no_prepare_and_no_backend_way_in()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("FAILED", "class com.starrocks.common.StarRocksException: Unsupported operation: TXN_PREPARE");
        _transactions.Entry = Server.BackendUrl;
        (await _transactions.BeginAsync("b")).Is("INVALID_ARGUMENT", "Multi-statement transaction requests can only be sent to FE nodes, not BE nodes");
        (await _transactions.CommitAsync("a")).Is("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Any_failed_load_aborts_all_and_the_label_is_spent()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Assert.NotEqual("OK", (await _transactions.LoadAsync("a", """{"id":""", ("table", "u"))).Text("Status"));
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        Assert.StartsWith("stream load task a has already been cancelled: ", (await _transactions.LoadAsync("a", Row)).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        Assert.StartsWith("Can not commit CANCELLED transaction ", (await _transactions.CommitAsync("a")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        Assert.EndsWith("has already aborted, label is a", (await _transactions.RollbackAsync("a")).Is("OK").Text("Message"), StringComparison.Ordinal);
        (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS");
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Rows_that_are_refused_at_the_commit_abort_all()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.LoadAsync("a", """{"id":1}""", ("table", "u"))).Is("OK");
        (await _transactions.CommitAsync("a")).Is("FAILED", "too many filtered rows");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task A_table_without_rows_fails_the_commit_but_no_table_at_all_does_not()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.LoadAsync("a", "", ("table", "u"))).Is("OK");
        (await _transactions.CommitAsync("a")).Is("FAILED", "No partitions have data available for loading.");
        Assert.Equal("", await RowsAsync());
        (await _transactions.BeginAsync("b")).Is("OK");
        (await _transactions.CommitAsync("b")).Is("OK");
    }

    [Fact]
    public async Task Rollback_leaves_nothing_and_spends_the_label()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.RollbackAsync("a")).Is("OK", "stream load a abort");
        Assert.StartsWith("Transaction already started with label [a], txnId: ", (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS").Text("Message"), StringComparison.Ordinal);
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Parameters_are_the_same_for_one_table_only()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("columns", "id,v"))).Is("OK");
        (await _transactions.LoadAsync("a", """{"x":5,"v":5}""", ("table", "u"), ("jsonpaths", """["$.x","$.v"]"""))).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("columns", "id"))).Is("INTERNAL_ERROR", "load request not equal last.");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task Unknown_labels_and_tables_are_refused()
    {
        const string Thrown = "class com.starrocks.common.StarRocksException: ";
        (await _transactions.LoadAsync("x", Row)).Is("FAILED", Thrown + "stream load task x does not exist");
        (await _transactions.CommitAsync("x")).Is("FAILED", Thrown + "stream load task x does not exist");
        (await _transactions.RollbackAsync("x")).Is("FAILED", Thrown + "stream load taskxdoes not exist");
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("table", "nope"))).Is("FAILED", "class com.starrocks.common.MetaNotFoundException: Failed to find table nope in db shop");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task Its_timeout_is_twenty_seconds_unless_sent()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.BeginAsync("b", ("timeout", "600"))).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        _time.Advance(TimeSpan.FromSeconds(51));
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        Assert.StartsWith("Can not commit CANCELLED", (await _transactions.CommitAsync("a")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        Assert.Equal("PREPARE", await Loads.StateAsync("b"));
    }

    [Fact]
    public async Task It_is_lost_with_its_leader_and_with_its_backend()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Server.ChangeLeader();
        (await _transactions.CommitAsync("a")).Is("FAILED", "class com.starrocks.common.StarRocksException: stream load task a does not exist");
        Assert.Equal("UNKNOWN", await Loads.StateAsync("a"));
        (await _transactions.BeginAsync("b")).Is("OK");
        (await _transactions.LoadAsync("b", Row)).Is("OK");
        await Server.RestartBackendAsync();
        (await _transactions.CommitAsync("b")).Is("FAILED");
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task A_lost_reply_leaves_it_committed()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        Server.Faults.LoseReplyAfterCommit = 1;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _transactions.CommitAsync("a"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task The_header_is_asked_for_on_every_call()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        _transactions.Always.Clear();
        (await _transactions.LoadAsync("a", Row)).Is("FAILED",
            "class com.starrocks.common.StarRocksException: The source type for transaction stream load with db [shop] and label[a] should be BE, but is FE.");
        (await _transactions.LoadAsync("a", Row, ("source_type", "12"))).Is("OK");
        (await _transactions.CommitAsync("a", ("source_type", "12"))).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }
}

/// <summary>Before 4.0 nobody knows of several tables.</summary>
public sealed class MultiTableBefore40Tests : StandInTest
{
    protected override LocalStarRocksOptions Options => new() { Version = "3.5" };

    [Fact]
    public async Task The_header_is_not_read_and_the_source_type_unknown()
    {
        await CreateAsync("id INT, v INT");
        using var transactions = new TransactionClient(Server);
        JsonElement begin = (await transactions.BeginAsync("a", ("transaction_type", "multi"))).Is("OK");
        Assert.Equal(Server.BackendUrl.Port, transactions.Hops[^1]);
        Assert.False(begin.TryGetProperty("Db", out _));
        (await transactions.BeginAsync("b", ("source_type", "12"))).Is("FAILED", "class com.starrocks.common.StarRocksException: Unknown source type: 12");
    }
}
