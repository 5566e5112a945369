using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Generated columns (STARROCKS.md, 1.8, 5.2 and 7).</summary>
public sealed class GeneratedColumnTests : StandInTest
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"generated-{Guid.NewGuid():N}.db");

    protected override LocalStarRocksOptions Options => new() { DataFile = _file, SchemaChangeStep = TimeSpan.FromMilliseconds(1) };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, a INT, b INT, g BIGINT AS (a + b), s VARCHAR(40) AS concat(a, '/', b)");
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
    public async Task A_load_works_them_out_and_may_not_give_them()
    {
        await LoadAsync("""{"id":1,"a":2,"b":3,"g":99}{"id":2,"a":2}""");
        await LoadAsync("3,5,6\n", ("format", "csv"), ("column_separator", ","));
        Assert.Equal("1,2,3,5,2/3;2,2,NULL,NULL,NULL;3,5,6,11,5/6", await RowsAsync());
        Assert.Equal("generated column: g can not be specified", await FailAsync("""{"id":1}""", ("columns", "id,g")));
        Assert.Equal("generated column: g can not be specified", await FailAsync("""{"id":1}""", ("columns", "id,G=id")));
    }

    [Fact]
    public async Task A_row_filter_sees_them()
    {
        await LoadAsync("""{"id":1,"a":2,"b":3}{"id":2,"a":20,"b":3}""", ("where", "g > 10"));
        Assert.Equal("2,20,3,23,20/3", await RowsAsync());
    }

    [Fact]
    public async Task A_partial_update_works_them_out_from_the_whole_row()
    {
        await LoadAsync("""{"id":1,"a":2,"b":3}""");
        await LoadAsync("""{"id":1,"b":10}{"id":2,"b":4}""", ("partial_update", "true"), ("columns", "id,b"));
        Assert.Equal("1,2,10,12,2/10;2,NULL,4,NULL,NULL", await RowsAsync());
        await LoadAsync("""{"id":1,"a":1}{"id":2,"a":7}""", ("partial_update", "true"), ("columns", "id,a"), ("merge_condition", "a"));
        Assert.Equal("1,2,10,12,2/10;2,7,4,11,7/4", await RowsAsync());
    }

    [Fact]
    public async Task A_conditional_update_and_a_delete_know_them_too()
    {
        await LoadAsync("""{"id":1,"a":2,"b":3}{"id":2,"a":2,"b":3}""");
        await LoadAsync("""{"id":1,"a":1,"b":9}{"id":2,"a":3,"b":9}""", ("merge_condition", "a"));
        await LoadAsync("""{"id":1,"__op":1}""");
        Assert.Equal("2,3,9,12,3/9", await RowsAsync());
    }

    [Fact]
    public async Task Inserts_and_updates_work_them_out()
    {
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 2, 3)");
        await Sql.QueryAsync("INSERT INTO t (b, id) VALUES (5, 2)");
        await Sql.QueryAsync("INSERT INTO t SELECT id + 2, a, b FROM t WHERE id = 1");
        await Sql.QueryAsync("UPDATE t SET a = a * 10 WHERE g = 5 AND id = 3");
        Assert.Equal("1,2,3,5,2/3;2,NULL,5,NULL,NULL;3,20,3,23,20/3", await RowsAsync());
        Assert.Equal(5604, (await Sql.RefusedAsync("INSERT INTO t VALUES (1, 2, 3, 5, 'x')")).Code);
        Assert.Contains("generated column 'g' can not be specified.", (await Sql.RefusedAsync("INSERT INTO t (id, g) VALUES (1, 2)")).Message, StringComparison.Ordinal);
        Assert.Contains("generated column 'g' can not be specified.", (await Sql.RefusedAsync("UPDATE t SET g = 1 WHERE id = 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_shown_with_their_expression_and_survive_a_restart()
    {
        Assert.Contains("`g` bigint(20) NULL AS `a` + `b` COMMENT \"\",\n  `s` varchar(40) NULL AS concat(`a`, '/', `b`) COMMENT \"\"", (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1], StringComparison.Ordinal);
        await RestartServerAsync();
        await LoadAsync("""{"id":1,"a":2,"b":3}""");
        Assert.Equal("1,2,3,5,2/3", await RowsAsync());
        Assert.Equal("NULL;`a` + `b`", await RowsAsync("SELECT GENERATION_EXPRESSION FROM information_schema.columns WHERE TABLE_NAME = 't' AND COLUMN_NAME IN ('a', 'g') ORDER BY ORDINAL_POSITION"));
    }

    [Fact]
    public async Task What_they_read_stays_and_new_columns_come_before_them()
    {
        await LoadAsync("""{"id":1,"a":2,"b":3}""");
        await Sql.QueryAsync("ALTER TABLE t ADD COLUMN c INT DEFAULT \"7\"");
        Assert.Equal("1,2,3,7,5,2/3", await RowsAsync());
        await LoadAsync("2,3,4,5\n", ("format", "csv"), ("column_separator", ","));
        await Sql.QueryAsync("ALTER TABLE t DROP COLUMN s");
        await LoadAsync("""{"id":3,"a":1,"b":1}""");
        Assert.Equal("1,2,3,7,5;2,3,4,5,7;3,1,1,NULL,2", await RowsAsync());
    }

    [Theory]
    [InlineData("DROP COLUMN a", "Column: a can not be dropped, because expression of Generated Column: g will refer to it.")]
    [InlineData("MODIFY COLUMN a BIGINT", "Do not support modify column: a, because it associates with the generated column")]
    [InlineData("MODIFY COLUMN g BIGINT", "Can not modify a generated column to a non-generated column")]
    [InlineData("MODIFY COLUMN a INT AS (id)", "Can not modify a non-generated column to a generated column")]
    [InlineData("ADD COLUMN c INT AFTER g", "Can not add column after Generated Column")]
    [InlineData("MODIFY COLUMN b BIGINT AFTER g", "Can not modify column after Generated Column.")]
    [InlineData("MODIFY COLUMN g BIGINT AS (a + 1)", "stand-in")]
    [InlineData("ADD COLUMN h INT AS (id)", "stand-in")]
    [InlineData("RENAME COLUMN a TO c", "stand-in")]
    public async Task ALTER_refuses(string clause, string refusal) =>
        Assert.Contains(refusal, (await Sql.RefusedAsync("ALTER TABLE t " + clause)).Message, StringComparison.Ordinal);
}
