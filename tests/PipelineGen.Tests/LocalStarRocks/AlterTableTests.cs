using PipelineGen.LocalStarRocks;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>ALTER TABLE (STARROCKS.md, 6): what is done at once, what is refused with which text, what rows become.</summary>
public sealed class AlterTableTests : StandInTest
{
    protected override LocalStarRocksOptions Options => new() { SchemaChangeStep = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task Value_columns_come_and_go_at_once_and_old_rows_get_the_default()
    {
        await CreateAsync("id INT, v INT");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 10)");
        await Sql.QueryAsync("ALTER TABLE t ADD COLUMN s VARCHAR(10) NOT NULL DEFAULT \"x\" COMMENT \"why\", ADD COLUMN d DATETIME AFTER id");
        Assert.Equal("id,d,v,s", await ColumnsAsync());
        Assert.Equal("1,NULL,10,x", await RowsAsync());
        Assert.Equal("FINISHED,100%,86400", await RowsAsync("SHOW ALTER TABLE COLUMN FROM shop WHERE TableName = 't' ORDER BY CreateTime DESC LIMIT 1").ContinueWith(r => Pick(r.Result, 9, 11, 12)));
        await LoadAsync("""{"id":2,"v":5,"s":"y","d":"2024-01-01"}""");
        await Sql.QueryAsync("ALTER TABLE t DROP COLUMN v, MODIFY COLUMN s VARCHAR(20) NOT NULL DEFAULT \"x\"");
        Assert.Equal("1,NULL,x;2,2024-01-01 00:00:00,y", await RowsAsync());
        Assert.Equal("varchar(20)", await Sql.ScalarAsync("SELECT COLUMN_TYPE FROM information_schema.columns WHERE TABLE_NAME = 't' AND COLUMN_NAME = 's'"));
        Assert.Equal("FINISHED;FINISHED", string.Join(';', (await Sql.QueryAsync("SHOW ALTER TABLE COLUMN")).Select(r => r[9])));
        string create = (await Sql.QueryAsync("SHOW CREATE TABLE t")).Single()[1]!;
        Assert.Contains("`s` varchar(20) NOT NULL DEFAULT \"x\" COMMENT \"\"", create, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TINYINT", "127", "BIGINT", "127")]
    [InlineData("INT", "5", "LARGEINT", "5")]
    [InlineData("INT", "20240229", "DATE", "2024-02-29")]
    [InlineData("BIGINT", "9007199254740993", "VARCHAR(20)", "9007199254740993")]
    [InlineData("INT", "-7", "DOUBLE", "-7")]
    [InlineData("FLOAT", "0.5", "DOUBLE", "0.5")]
    [InlineData("DOUBLE", "0.1", "VARCHAR(9)", "0.1")]
    [InlineData("CHAR(3)", "ab", "VARCHAR(3)", "ab")]
    [InlineData("VARCHAR(9)", "-12", "INT", "-12")]
    [InlineData("VARCHAR(20)", "1.005", "DECIMAL(9,2)", "1.01")]
    [InlineData("VARCHAR(20)", "2024-01-02", "DATE", "2024-01-02")]
    [InlineData("VARCHAR(20)", "{\"a\":1}", "JSON", "{\"a\": 1}")]
    [InlineData("JSON", "{\"a\":1}", "VARCHAR(100)", "{\"a\": 1}")]
    [InlineData("DECIMAL(5,2)", "1.50", "DECIMAL(9,4)", "1.5000")]
    [InlineData("DECIMAL(5,2)", "1.50", "VARCHAR(10)", "1.50")]
    [InlineData("DATE", "2024-01-02", "DATETIME", "2024-01-02 00:00:00")]
    [InlineData("DATETIME", "2024-01-02 03:04:05.000006", "DATE", "2024-01-02")]
    public async Task Types_change_as_the_matrix_allows_and_rows_with_them(string from, string value, string to, string expected)
    {
        await CreateAsync($"id INT, v {from}, w INT");
        await Sql.QueryAsync($"INSERT INTO t VALUES (1, '{value}', 3), (2, NULL, 4)");
        await Sql.QueryAsync($"ALTER TABLE t MODIFY COLUMN v {to}");
        await FinishedAsync();
        Assert.Equal(expected, await Sql.ScalarAsync("SELECT v FROM t WHERE id = 1"));
        Assert.Null(await Sql.ScalarAsync("SELECT v FROM t WHERE id = 2"));
        Assert.Equal("3", await Sql.ScalarAsync("SELECT w FROM t WHERE id = 1"));
        Assert.Equal("id,v,w", await ColumnsAsync());
    }

    [Theory]
    [InlineData("INT", "DECIMAL(10,2)", "Can not change INT to DECIMAL(10,2)")]
    [InlineData("INT", "SMALLINT", "Can not change INT to SMALLINT")]
    [InlineData("BOOLEAN", "INT", "Can not change BOOLEAN to INT")]
    [InlineData("VARCHAR(9)", "DATETIME", "Can not change VARCHAR(9) to DATETIME")]
    [InlineData("VARCHAR(9)", "VARCHAR(8)", "Cannot shorten string length")]
    [InlineData("DECIMAL(10,2)", "DECIMAL(10,3)", "Can not change DECIMAL(10,2) to DECIMAL(10,3)")]
    [InlineData("VARBINARY", "VARCHAR(20)", "Can not change VARBINARY to VARCHAR(20)")]
    [InlineData("ARRAY<INT>", "ARRAY<BIGINT>", "Can not change ARRAY<INT(11)> to ARRAY<BIGINT(20)>")]
    public async Task Types_outside_the_matrix_are_refused(string from, string to, string text)
    {
        await CreateAsync($"id INT, v {from}");
        Assert.Equal(text, (await Sql.RefusedAsync($"ALTER TABLE t MODIFY COLUMN v {to}")).Message);
    }

    [Theory]
    [InlineData("ADD COLUMN c INT NOT NULL", "Field 'c' is not null but doesn't have a default value.")]
    [InlineData("ADD COLUMN v INT NOT NULL DEFAULT \"7\"", "Can not add column which already exists in base table: v")]
    [InlineData("ADD COLUMN v BIGINT", "Can not add column which already exists in column id: v, you can remove `v` int(11) NOT NULL DEFAULT \"7\" COMMENT \"\" and try again.")]
    [InlineData("ADD COLUMN c INT FIRST", "Cannot add value column[c] at first")]
    [InlineData("ADD COLUMN __op INT", "Column name [__op] is a system reserved name")]
    [InlineData("DROP COLUMN none", "Column does not exists: none")]
    [InlineData("DROP COLUMN id", "Can not drop key column in primary data model table")]
    [InlineData("DROP COLUMN s", "Can not drop sort column in primary data model table")]
    [InlineData("MODIFY COLUMN id BIGINT", "Can not modify key column: id for primary key table")]
    [InlineData("MODIFY COLUMN s VARCHAR(20)", "Can not modify sort column in primary data model table")]
    [InlineData("MODIFY COLUMN n INT NOT NULL", "Can not change from nullable to non-nullable")]
    [InlineData("MODIFY COLUMN v INT NOT NULL", "Can not change default value")]
    [InlineData("MODIFY COLUMN n INT DEFAULT \"1\"", "Can not change default value")]
    [InlineData("RENAME COLUMN v TO N", "Duplicate column name 'N'")]
    [InlineData("RENAME COLUMN v N", "Getting syntax error")]
    [InlineData("RENAME t2, ADD COLUMN c INT", "Alter operation RENAME conflicts with operation SCHEMA_CHANGE")]
    [InlineData("SET (\"nope\" = \"1\")", "Unknown properties: {nope=1}")]
    [InlineData("ADD PARTITION p1 VALUES LESS THAN (\"10\")", "Only support adding partition to range/list partitioned table")]
    [InlineData("TRUNCATE PARTITION p1", "stand-in")]
    public async Task Refusals_have_their_texts(string clause, string text)
    {
        await Sql.QueryAsync("CREATE TABLE t (id INT, v INT NOT NULL DEFAULT \"7\", s VARCHAR(9), n INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id) ORDER BY (s)" + OneNode);
        Assert.Contains(text, (await Sql.RefusedAsync("ALTER TABLE t " + clause)).Message, StringComparison.Ordinal);
        Assert.Equal("id,v,s,n", await ColumnsAsync());
        Assert.Empty(await Sql.QueryAsync("SHOW ALTER TABLE COLUMN"));
    }

    [Fact]
    public async Task Distribution_and_partition_columns_stay_as_they_are()
    {
        await Sql.QueryAsync("CREATE TABLE t (id INT, d DATE, v INT) DUPLICATE KEY (id) PARTITION BY (v) DISTRIBUTED BY HASH(d)" + OneNode);
        Assert.Equal("Distribution column[d] cannot be dropped. index[t]", (await Sql.RefusedAsync("ALTER TABLE t DROP COLUMN d")).Message);
        Assert.Equal("Partition column[v] cannot be dropped. index[t]", (await Sql.RefusedAsync("ALTER TABLE t DROP COLUMN v")).Message);
        Assert.Equal("Can not modify distribution column[d]. index[t]", (await Sql.RefusedAsync("ALTER TABLE t MODIFY COLUMN d DATETIME")).Message);
        Assert.Equal(5502, (await Sql.RefusedAsync("ALTER TABLE none ADD COLUMN x INT")).Code);
    }

    [Fact]
    public async Task A_renamed_columns_first_name_stays_taken()
    {
        await CreateAsync("id INT, a INT");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 2)");
        await Sql.QueryAsync("ALTER TABLE t RENAME COLUMN a TO b");
        Assert.Equal("2", await Sql.ScalarAsync("SELECT b FROM t"));
        await LoadAsync("""{"id":2,"b":3}""");
        Assert.Equal("Can not add column which already exists in column id: a, you can remove `b` int(11) NULL COMMENT \"\" and try again.", (await Sql.RefusedAsync("ALTER TABLE t ADD COLUMN a INT")).Message);
        await Sql.QueryAsync("ALTER TABLE t RENAME COLUMN id TO key1");
        Assert.Equal("1,2;2,3", await RowsAsync("SELECT key1, b FROM t ORDER BY key1"));
        Assert.Equal("5", await Sql.ScalarAsync("SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1) x"));
    }

    [Fact]
    public async Task Tables_are_renamed_swapped_commented_and_set()
    {
        await CreateAsync("id INT, v INT");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 1)");
        await Sql.QueryAsync("CREATE TABLE u LIKE t");
        await Sql.QueryAsync("INSERT INTO u VALUES (2, 2)");
        await Sql.QueryAsync("ALTER TABLE t SWAP WITH u");
        Assert.Equal("2,2", await RowsAsync());
        Assert.Equal("1,1", await RowsAsync("SELECT * FROM u"));
        Assert.Contains("already used", (await Sql.RefusedAsync("ALTER TABLE t RENAME u")).Message, StringComparison.Ordinal);
        await Sql.QueryAsync("ALTER TABLE t RENAME w");
        Assert.Equal("u;w", await RowsAsync("SHOW TABLES"));
        await Sql.QueryAsync("ALTER TABLE w COMMENT = \"kept\"");
        await Sql.QueryAsync("ALTER TABLE w SET (\"enable_persistent_index\" = \"false\")");
        string create = (await Sql.QueryAsync("SHOW CREATE TABLE w")).Single()[1]!;
        Assert.Contains("COMMENT \"kept\"", create, StringComparison.Ordinal);
        Assert.Contains("\"enable_persistent_index\" = \"false\"", create, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_does_not_convert_cancels_the_job_and_changes_nothing()
    {
        await CreateAsync("id INT, v VARCHAR(9)");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, '12'), (2, 'x')");
        await Sql.QueryAsync("ALTER TABLE t MODIFY COLUMN v INT");
        await UntilAsync(async () => (await Sql.QueryAsync("SHOW ALTER TABLE COLUMN")).Single()[9] == "CANCELLED", "CANCELLED");
        Assert.Equal("convert failed: 'x' is no INT in column v", (await Sql.QueryAsync("SHOW ALTER TABLE COLUMN")).Single()[10]);
        Assert.Equal("1,12;2,x", await RowsAsync());
        await Sql.QueryAsync("ALTER TABLE t ADD COLUMN w INT");
    }

    private async Task FinishedAsync() =>
        await UntilAsync(async () => (await Sql.QueryAsync("SHOW ALTER TABLE COLUMN")).TrueForAll(r => r[9] == "FINISHED"), "FINISHED");

    private Task<string> ColumnsAsync() => RowsAsync("DESC t").ContinueWith(r => string.Join(",", r.Result.Split(';').Select(c => c.Split(',')[0])));

    private static string Pick(string row, params int[] fields) => string.Join(",", fields.Select(f => row.Split(',')[f]));
}
