using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>UNIQUE KEY tables (STARROCKS.md, 5.2): the later row of a key replaces the earlier one, and no load deletes.</summary>
public sealed class UniqueKeyTests : StandInTest
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"unique-{Guid.NewGuid():N}.db");

    protected override LocalStarRocksOptions Options => new() { DataFile = _file };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(_file + suffix);
        }
    }

    [Fact]
    public async Task The_last_row_of_a_key_stays_within_a_load_and_across_loads_and_inserts()
    {
        await CreateAsync("id INT, v VARCHAR(10)", "UNIQUE KEY (id)");
        await LoadAsync("""{"id":1,"v":"a"}{"id":2,"v":"b"}{"id":1,"v":"c"}""");
        Assert.Equal("1,c;2,b", await RowsAsync());
        await LoadAsync("""{"id":2,"v":"d"}""");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 'e'), (3, 'f'), (3, 'g')");
        Assert.Equal("1,e;2,d;3,g", await RowsAsync());
    }

    [Fact]
    public async Task A_key_that_is_null_is_one_key_and_no_other_value()
    {
        await Sql.QueryAsync("CREATE TABLE t (id INT NOT NULL, k INT, s VARCHAR(10), v INT) UNIQUE KEY (id, k, s) DISTRIBUTED BY HASH(id)" + OneNode);
        await LoadAsync("""{"id":1,"v":1}{"id":1,"k":0,"v":2}{"id":1,"s":"","v":3}{"id":1,"v":4}{"id":1,"s":"0","v":5}{"id":1,"k":0,"v":6}""");
        Assert.Equal("1,NULL,NULL,4;1,NULL,,3;1,NULL,0,5;1,0,NULL,6", await RowsAsync("SELECT * FROM t ORDER BY k, s"));
    }

    [Fact]
    public async Task No_load_deletes_or_updates_columns()
    {
        await CreateAsync("id INT, v INT", "UNIQUE KEY (id)");
        await LoadAsync("""{"id":1,"v":1}""");
        Assert.Contains("__op", await FailAsync("1,1", ("format", "csv"), ("column_separator", ","), ("columns", "id,__op")), StringComparison.Ordinal);
        Assert.Equal("Only primary key table support partial update", await FailAsync("""{"id":1,"v":2}""", ("partial_update", "true"), ("columns", "id,v")));
        Assert.Contains("Conditional update only support primary key table", await FailAsync("""{"id":1,"v":2}""", ("merge_condition", "v")), StringComparison.Ordinal);
        await LoadAsync("""{"id":1,"v":3,"__op":1}"""); // a key like any other that is no column's
        Assert.Equal("1,3", await RowsAsync());
        Assert.Contains("does not support update", (await Sql.RefusedAsync("UPDATE t SET v = 1 WHERE id = 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_shown_as_what_it_is_and_survives_a_restart()
    {
        await CreateAsync("id INT, v INT", "UNIQUE KEY (id)");
        await LoadAsync("""{"id":1,"v":1}""");
        Assert.Equal("id,UNI;v,", await RowsAsync("SELECT COLUMN_NAME, COLUMN_KEY FROM information_schema.columns WHERE TABLE_NAME = 't' ORDER BY ORDINAL_POSITION"));
        Assert.Equal("UNQ_KEYS", await RowsAsync("SELECT TABLE_MODEL FROM information_schema.tables_config WHERE TABLE_NAME = 't'"));
        Assert.Contains("UNIQUE KEY(`id`)\n", (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1], StringComparison.Ordinal);
        await RestartServerAsync();
        await LoadAsync("""{"id":1,"v":2}""");
        Assert.Equal("1,2", await RowsAsync());
    }

    [Fact]
    public async Task It_stays_unique_through_alters()
    {
        await CreateAsync("id INT NOT NULL, v INT, w INT", "UNIQUE KEY (id)");
        await LoadAsync("""{"id":1,"v":1}""");
        await Sql.QueryAsync("ALTER TABLE t DROP COLUMN w");
        await Sql.QueryAsync("ALTER TABLE t ADD COLUMN x INT DEFAULT \"7\"");
        await Sql.QueryAsync("ALTER TABLE t MODIFY COLUMN id BIGINT");
        await UntilAsync(async () => (await Sql.QueryAsync("SHOW ALTER TABLE COLUMN")).TrueForAll(r => r[9] == "FINISHED"), "the key's change");
        await Sql.QueryAsync("ALTER TABLE t RENAME COLUMN id TO key_id");
        await LoadAsync("""{"key_id":1,"v":2}{"key_id":5000000000,"v":3}{"v":4}{"v":5}""");
        Assert.Equal("NULL,5,NULL;1,2,NULL;5000000000,3,NULL", await RowsAsync("SELECT * FROM t ORDER BY key_id"));
        Assert.Contains("stand-in", (await Sql.RefusedAsync("ALTER TABLE t MODIFY COLUMN key_id VARCHAR(30)")).Message, StringComparison.Ordinal);
    }
}
