using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>AUTO_INCREMENT columns (STARROCKS.md, 1.3, 1.7, 1.9 and 5.2).</summary>
public sealed class AutoIncrementTests : StandInTest
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"auto-increment-{Guid.NewGuid():N}.db");

    protected override LocalStarRocksOptions Options => new() { DataFile = _file };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, n BIGINT NOT NULL AUTO_INCREMENT, v VARCHAR(10)");
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
    public async Task A_load_without_columns_leaves_it_to_the_server()
    {
        await LoadAsync("""{"id":1,"v":"a","n":77}{"id":2,"v":"b"}""");
        await LoadAsync("3,c\n", ("format", "csv"), ("column_separator", ","));
        Assert.Equal("1,1,a;2,2,b;3,3,c", await RowsAsync());
    }

    [Fact]
    public async Task A_given_value_is_kept_and_NULL_is_filtered()
    {
        await LoadAsync("""{"id":1,"v":"a","n":77}""", ("columns", "id,n,v"));
        await LoadAsync("""{"id":2,"v":"b"}""");
        Assert.Equal("1,77,a;2,1,b", await RowsAsync());
        JsonElement reply = await Loads.LoadAsync("t", """{"id":3,"n":null}""", ("columns", "id,n"));
        Assert.Equal(("Fail", 1), (reply.GetProperty("Status").GetString(), reply.GetProperty("NumberFilteredRows").GetInt32()));
        Assert.Contains("NULL value in auto increment column 'n'", await Loads.Http.GetStringAsync(reply.GetProperty("ErrorURL").GetString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delete_needs_no_value_for_it()
    {
        await LoadAsync("""{"id":1}{"id":2}""");
        await LoadAsync("""{"id":1,"n":null,"__op":1}""", ("columns", "id,n"));
        await LoadAsync("""{"id":2,"__op":1}{"id":3}""");
        Assert.Equal("3,3,NULL", await RowsAsync());
    }

    [Fact]
    public async Task A_partial_update_counts_for_new_rows_and_leaves_the_others()
    {
        await LoadAsync("""{"id":1,"v":"a"}""");
        await LoadAsync("""{"id":1,"v":"b"}{"id":2,"v":"c"}""", ("partial_update", "true"), ("columns", "id,v"));
        string[] rows = (await RowsAsync()).Split(';');
        Assert.Equal("1,1,b", rows[0]);
        Assert.Matches("^2,[2-9],c$", rows[1]);
    }

    [Fact]
    public async Task Inserts_count_too()
    {
        await Sql.QueryAsync("INSERT INTO t (id, v) VALUES (1, 'a'), (2, 'b')");
        await Sql.QueryAsync("INSERT INTO t VALUES (3, DEFAULT, 'c'), (4, 50, 'd')");
        await Sql.QueryAsync("INSERT INTO t (id) SELECT id + 4 FROM t WHERE id = 1");
        Assert.Equal("1,1,a;2,2,b;3,3,c;4,50,d;5,4,NULL", await RowsAsync());
        Assert.Contains("value is not supported for an AUTO_INCREMENT column: n", (await Sql.RefusedAsync("INSERT INTO t VALUES (9, NULL, 'x')")).Message, StringComparison.Ordinal);
        Assert.Contains("NULL value in auto increment column 'n'", (await Sql.RefusedAsync("INSERT INTO t SELECT 9, CAST(NULL AS BIGINT), 'x'")).Message, StringComparison.Ordinal);
        await Sql.QueryAsync("UPDATE t SET v = 'z' WHERE id = 3");
        Assert.Equal("3,3,z", await RowsAsync("SELECT * FROM t WHERE id = 3"));
    }

    [Fact]
    public async Task An_open_transaction_keeps_the_values_it_was_given()
    {
        await Sql.QueryAsync("BEGIN");
        await Sql.QueryAsync("INSERT INTO t (id) VALUES (1)");
        await LoadAsync("""{"id":2}""");
        await Sql.QueryAsync("COMMIT");
        Assert.Equal("1,1,NULL;2,2,NULL", await RowsAsync());
    }

    [Fact]
    public async Task The_counter_survives_a_restart_and_an_empty_table()
    {
        await LoadAsync("""{"id":1}{"id":2}""");
        await RestartServerAsync();
        await Sql.QueryAsync("TRUNCATE TABLE t");
        await LoadAsync("""{"id":3}""");
        Assert.Equal("3,3,NULL", await RowsAsync());
        Assert.Contains("`n` bigint(20) NOT NULL AUTO_INCREMENT COMMENT \"\"", (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_that_fails_leaves_no_value_twice()
    {
        await FailAsync("""{"id":1}{"id":null}""");
        await LoadAsync("""{"id":1}""");
        await LoadAsync("""{"id":2}""");
        Assert.Equal("2", await RowsAsync("SELECT count(DISTINCT n) FROM t"));
    }

    [Theory]
    [InlineData("ALTER TABLE t DROP COLUMN n")]
    [InlineData("ALTER TABLE t MODIFY COLUMN n BIGINT")]
    [InlineData("ALTER TABLE t ADD COLUMN m BIGINT NOT NULL DEFAULT \"1\", MODIFY COLUMN n BIGINT NOT NULL AUTO_INCREMENT")]
    public async Task What_ALTER_would_do_to_it_is_refused(string alter) =>
        Assert.Contains("stand-in", (await Sql.RefusedAsync(alter)).Message, StringComparison.Ordinal);
}
