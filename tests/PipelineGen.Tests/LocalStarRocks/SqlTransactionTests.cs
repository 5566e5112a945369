using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>INSERTs as labelled transactions, BEGIN ... COMMIT, and where transactions are shown (STARROCKS.md, 2.5 and 7).</summary>
public sealed class SqlTransactionTests : StandInTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v VARCHAR(3)");
        await Sql.QueryAsync("CREATE TABLE u (id INT, v VARCHAR(3)) PRIMARY KEY (id)" + OneNode);
    }

    [Fact]
    public async Task Insert_has_a_label_that_is_used_up_by_success_only()
    {
        await Sql.RefusedAsync("INSERT INTO t WITH LABEL l1 VALUES (1, 'long')");
        Assert.Equal("ABORTED", await Loads.StateAsync("l1"));
        await Sql.QueryAsync("INSERT INTO t WITH LABEL l1 (id, v) VALUES (1, 'a')");
        Assert.Matches("^\\{'label':'l1', 'status':'VISIBLE', 'txnId':'\\d+'\\}$", Sql.Info);
        Assert.Equal("VISIBLE", await Loads.StateAsync("l1"));
        Assert.Equal("Label [l1] has already been used.", (await Sql.RefusedAsync("INSERT INTO t WITH LABEL l1 VALUES (2, 'b')")).Message);
        Assert.Contains("Label format error", (await Sql.RefusedAsync("INSERT INTO t WITH LABEL `a b` VALUES (2, 'b')")).Message, StringComparison.Ordinal);
        await Sql.QueryAsync("INSERT INTO t SELECT id + 1, v FROM t");
        Assert.Contains("'label':'insert_", Sql.Info, StringComparison.Ordinal);
        Assert.Equal("1,a;2,a", await RowsAsync());
    }

    [Fact]
    public async Task Rows_of_a_transaction_are_seen_together_at_commit()
    {
        await Sql.QueryAsync("BEGIN");
        Assert.Contains("'status':'PREPARE'", Sql.Info, StringComparison.Ordinal);
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        await Sql.QueryAsync("INSERT INTO u VALUES (1, 'c')");
        await using SqlWire other = await SqlWire.ConnectAsync(Server, database: "shop");
        Assert.Equal("0", await other.ScalarAsync("SELECT count(*) FROM t"));
        await Sql.QueryAsync("COMMIT");
        Assert.Contains("'status':'VISIBLE'", Sql.Info, StringComparison.Ordinal);
        Assert.Equal("2", await other.ScalarAsync("SELECT count(*) FROM t"));
        Assert.Equal("1,c", await RowsAsync("SELECT * FROM u"));
    }

    [Fact]
    public async Task Rollback_and_a_lost_connection_keep_nothing()
    {
        await Sql.QueryAsync("START TRANSACTION");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'a')");
        await Sql.QueryAsync("ROLLBACK");
        await using (SqlWire leaving = await SqlWire.ConnectAsync(Server, database: "shop"))
        {
            await leaving.QueryAsync("BEGIN");
            await leaving.QueryAsync("INSERT INTO t VALUES (2, 'a')");
        }

        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM t"));
        await UntilAsync(async () => (await Sql.QueryAsync("SHOW PROC '/transactions/shop/running'")).Count == 0, "no running transaction");
    }

    [Fact]
    public async Task What_a_transaction_refuses()
    {
        await Sql.QueryAsync("CREATE DATABASE other");
        await Sql.QueryAsync("CREATE TABLE other.w (id INT) PRIMARY KEY (id)" + OneNode);
        Assert.Equal((5302, "25P01"), Of(await Sql.RefusedAsync("COMMIT")));
        await Sql.QueryAsync("BEGIN");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'a')");
        Assert.Equal((5303, "25P01"), Of(await Sql.RefusedAsync("INSERT INTO t VALUES (2, 'a')")));
        Assert.Equal((5303, "25P01"), Of(await Sql.RefusedAsync("SELECT * FROM t")));
        Assert.Equal((5303, "25P01"), Of(await Sql.RefusedAsync("INSERT INTO u SELECT * FROM t")));
        Assert.Equal((5304, "25P01"), Of(await Sql.RefusedAsync("INSERT INTO other.w VALUES (1)")));
        Assert.Equal(5305, (await Sql.RefusedAsync("DELETE FROM u WHERE id = 1")).Code);
        Assert.Equal(5305, (await Sql.RefusedAsync("DROP TABLE u")).Code);
        await Sql.QueryAsync("COMMIT");
        Assert.Equal("1,a", await RowsAsync());
    }

    [Fact]
    public async Task Before_35_begin_and_commit_do_nothing()
    {
        await using LocalStarRocksServer old = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = "3.3" });
        await using SqlWire sql = await SqlWire.ConnectAsync(old);
        Assert.Equal("5.1.0", sql.ServerVersion);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("CREATE TABLE shop.t (id INT) PRIMARY KEY (id)" + OneNode);
        await sql.QueryAsync("BEGIN");
        await sql.QueryAsync("INSERT INTO shop.t VALUES (1)");
        await sql.QueryAsync("ROLLBACK");
        Assert.Equal("1", await sql.ScalarAsync("SELECT count(*) FROM shop.t"));
    }

    [Theory]
    [InlineData("3.5", 14)]
    [InlineData("4.0", 16)]
    public async Task Transactions_are_shown_by_id_only(string version, int columns)
    {
        await using LocalStarRocksServer server = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version });
        await using SqlWire sql = await SqlWire.ConnectAsync(server);
        await sql.QueryAsync("CREATE DATABASE shop");
        await sql.QueryAsync("CREATE TABLE shop.t (id INT) PRIMARY KEY (id)" + OneNode);
        await sql.QueryAsync("INSERT INTO shop.t WITH LABEL l1 VALUES (1)");
        string id = sql.Info.Split('\'')[^2];
        string?[] row = (await sql.QueryAsync($"SHOW TRANSACTION FROM shop WHERE id = {id}")).Single();
        Assert.Equal(columns, row.Length);
        Assert.Equal((id, "l1", "VISIBLE", "INSERT_STREAMING"), (row[0], row[1], row[3], row[4]));
        Assert.Contains("Where clause", (await sql.RefusedAsync("SHOW TRANSACTION FROM shop WHERE label = 'l1'")).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await sql.RefusedAsync("SHOW TRANSACTION FROM shop WHERE id = 999")).Message, StringComparison.Ordinal);
        Assert.Equal("l1", (await sql.QueryAsync("SHOW PROC '/transactions/shop/finished'")).Single()[1]);
    }

    [Fact]
    public async Task Loads_are_listed_with_their_tables()
    {
        await LoadAsync("""{"id":1,"v":"a"}""", ("label", "s1"));
        await FailAsync("""{"id":1,"v":"too long"}""", ("label", "s2"), ("strict_mode", "true"));
        await Sql.QueryAsync("INSERT INTO u WITH LABEL s3 VALUES (1, 'a')");
        Assert.Equal(
            "s1,shop,t,FINISHED,STREAM_LOAD;s2,shop,t,CANCELLED,STREAM_LOAD;s3,shop,u,FINISHED,INSERT",
            await RowsAsync("SELECT LABEL, DB_NAME, TABLE_NAME, STATE, TYPE FROM information_schema.loads ORDER BY LABEL"));
        Assert.Equal("s1;s2", await RowsAsync("SELECT LABEL FROM information_schema.stream_loads ORDER BY LABEL"));
    }

    private static (int, string) Of(SqlRefusal refusal) => (refusal.Code, refusal.State);
}
