using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Queries: WITH, windows, conversions, and where SQLite would answer otherwise (STARROCKS.md, 10.9 and 10.10).</summary>
public sealed class SqlSelectTests : StandInTest
{
    [Theory]
    [InlineData("WITH a AS (SELECT 1 x), b (y) AS (SELECT x + 1 FROM a) SELECT a.x, b.y FROM a, b", "1,2")]
    [InlineData("SELECT * FROM (WITH a AS (SELECT 3 x) SELECT x FROM a) q", "3")]
    [InlineData("WITH a AS (SELECT id FROM t WHERE id > 1) SELECT count(*) FROM t WHERE id IN (SELECT id FROM a)", "2")]
    [InlineData("SELECT id, row_number() OVER (PARTITION BY g ORDER BY id DESC) FROM t ORDER BY id", "1,2;2,1;3,1")]
    [InlineData("SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t ORDER BY id", "1,1;2,3;3,5")]
    [InlineData("SELECT id, lag(id, 1, 0) OVER (ORDER BY id) FROM t ORDER BY id", "1,0;2,1;3,2")]
    [InlineData("(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC", "2;1")]
    [InlineData("SELECT 9223372036854775807 + id FROM t WHERE id = 1", "NULL")]
    [InlineData("SELECT big * 2, -big, big FROM t WHERE id = 1", "NULL,-9223372036854775807,9223372036854775807")]
    [InlineData("SELECT sum(big) FROM t", "NULL")]
    [InlineData("SELECT sum(id), avg(id), max(at) FROM t", "6,2,2024-01-01 00:00:00.500000")]
    [InlineData("SELECT CAST(s AS INT), CAST(s AS DATE), CAST(s AS DECIMAL(5,1)) FROM t ORDER BY id", "12,NULL,12.0;NULL,NULL,NULL;NULL,2024-02-03,NULL")]
    [InlineData("SELECT CAST(id + 299 AS TINYINT), CAST(1.5 AS INT) FROM t WHERE id = 1", "NULL,1")]
    [InlineData("SELECT at FROM t ORDER BY id", "2024-01-01 00:00:00;2024-01-01 00:00:00.500000;NULL")]
    [InlineData("SELECT id = 1, NULL <=> NULL, TRUE, 1 IN (2, 3) FROM t WHERE id = 1", "1,1,1,0")]
    [InlineData("SELECT ID, S FROM t WHERE Id = 1", "1,12")]
    [InlineData("SELECT count(*) FROM t WHERE d IN (1.5, 2) OR id IN ('3', 4)", "2")]
    public async Task Answers(string query, string expected)
    {
        await CreateAsync("id INT, g INT, big BIGINT, s VARCHAR(20), at DATETIME, d DECIMAL(5,2)");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, 1, 9223372036854775807, '12', '2024-01-01', 1.5), (2, 1, 1, 'x', '2024-01-01 00:00:00.5', 3), (3, 2, NULL, '2024-02-03', NULL, NULL)");
        Assert.Equal(expected, await RowsAsync(query));
    }

    [Theory]
    [InlineData("SELECT ((((1")]
    [InlineData("WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a")]
    [InlineData("SELECT count(DISTINCT id) OVER () FROM (SELECT 1 id) x")]
    public async Task Refusals(string query) => Assert.Equal(1064, (await Sql.RefusedAsync(query)).Code);

    [Fact]
    public async Task Deep_and_long_statements_are_refused_and_a_long_list_is_not()
    {
        await CreateAsync("id INT");
        await Sql.QueryAsync("INSERT INTO t VALUES (7)");
        Assert.Equal("1", await Sql.ScalarAsync($"SELECT count(*) FROM t WHERE id IN ({string.Join(",", Enumerable.Range(0, 20_000))})"));
        await Sql.RefusedAsync("SELECT " + new string('(', 100_000));
        await Sql.RefusedAsync("SELECT " + string.Concat(Enumerable.Repeat("NOT ", 100_000)) + "1");
        await Sql.RefusedAsync("SELECT " + string.Concat(Enumerable.Repeat("- ", 100_000)) + "1");
        await Sql.RefusedAsync("SELECT 1" + string.Concat(Enumerable.Repeat(" + 1", 100_000)));
        await Sql.RefusedAsync("SELECT 1" + string.Concat(Enumerable.Repeat(" IS NULL", 100_000)));
        await Sql.RefusedAsync("SELECT 1 FROM t" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $" JOIN t t{i}")));
        await Sql.RefusedAsync(string.Concat(Enumerable.Repeat("SELECT * FROM (", 100_000)));
        Assert.Equal("7", await Sql.ScalarAsync("SELECT id FROM t"));
    }

    [Fact]
    public async Task Sessions_are_listed_and_killed()
    {
        await using SqlWire victim = await SqlWire.ConnectAsync(Server, database: "shop");
        string id = (await victim.ScalarAsync("SELECT connection_id()"))!;
        Assert.Contains(await Sql.QueryAsync("SHOW PROCESSLIST"), r => r[0] == id && r[3] == "shop");
        Assert.Equal(1094, (await Sql.RefusedAsync("KILL 99999")).Code);
        await Sql.QueryAsync($"KILL {id}");
        await Assert.ThrowsAnyAsync<IOException>(() => victim.ScalarAsync("SELECT 1"));
        await UntilAsync(async () => (await Sql.QueryAsync("SHOW PROCESSLIST")).TrueForAll(r => r[0] != id), "gone from the list");
        Assert.Equal("shared_nothing", (await Sql.QueryAsync("ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'")).Single()[2]);
    }
}
