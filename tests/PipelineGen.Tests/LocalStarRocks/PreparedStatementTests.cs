namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>COM_STMT_PREPARE and what follows it (STARROCKS.md, 7).</summary>
public sealed class PreparedStatementTests : StandInTest
{
    [Fact]
    public async Task Select_takes_parameters_and_answers_in_binary()
    {
        await CreateAsync("id BIGINT, ti TINYINT, si SMALLINT, i INT, l LARGEINT, f FLOAT, x DOUBLE, d DECIMAL(10,2), s VARCHAR(20), day DATE, at DATETIME, b BOOLEAN");
        await Sql.QueryAsync("INSERT INTO t VALUES (1, -1, -300, 70000, 170141183460469231731687303715884105727, 0.5, 0.1, 1.50, 'ä', '2024-02-29', '2024-01-02 03:04:05.000006', TRUE), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-01-02 00:00:00', NULL)");
        (int id, int columns, int parameters) = await Sql.PrepareAsync("SELECT * FROM t WHERE id >= ? AND (s = ? OR s IS NULL) ORDER BY id");
        Assert.Equal((12, 2), (columns, parameters));
        List<string?[]> rows = await Sql.ExecuteAsync(id, 1L, "ä");
        Assert.Equal("1,-1,-300,70000,170141183460469231731687303715884105727,0.5,0.1,1.50,ä,04E807021D,0BE8070102030405" + "06000000,1", string.Join(',', rows[0]));
        Assert.Equal("2,,,,,,,,,,07E8070102000000,", string.Join(',', rows[1]));
        Assert.Single(await Sql.ExecuteAsync(id, 2L, null));
    }

    [Fact]
    public async Task Insert_is_prepared_too_and_types_are_sent_once()
    {
        await CreateAsync("id BIGINT, x DOUBLE, s VARCHAR(20), at DATETIME");
        (int id, int columns, int parameters) = await Sql.PrepareAsync("INSERT INTO t VALUES (?, ?, ?, ?)");
        Assert.Equal((0, 4), (columns, parameters));
        await Sql.ExecuteAsync(id, 1L, 2.5, "it's", new DateTime(2024, 1, 2, 3, 4, 5).AddTicks(60));
        Assert.Contains("'status':'VISIBLE'", Sql.Info, StringComparison.Ordinal);
        await Sql.ExecuteAsync(id, 2L, null, null, null);
        Assert.Equal("1,2.5,it's,2024-01-02 03:04:05.000006;2,NULL,NULL,NULL", await RowsAsync());
        await Sql.CloseAsync(id);
        SqlRefusal closed = await Assert.ThrowsAsync<SqlRefusal>(() => Sql.ExecuteAsync(id, 3L, null, null, null));
        Assert.Contains("Not Found prepared statement", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_statements_and_broken_executions_are_refused_and_the_connection_lives()
    {
        await CreateAsync("id INT");
        SqlRefusal refusal = await Assert.ThrowsAsync<SqlRefusal>(() => Sql.PrepareAsync("DROP TABLE t"));
        Assert.Equal((1295, "HY000"), (refusal.Code, refusal.State));
        (int id, _, _) = await Sql.PrepareAsync("SELECT ? + 1");
        Assert.Equal(1835, (await Assert.ThrowsAsync<SqlRefusal>(() => Sql.ExecuteAsync(id))).Code);
        Assert.Equal("42", (await Sql.ExecuteAsync(id, 41L))[0][0]);
        await Sql.CommandAsync(31);
        await Assert.ThrowsAsync<SqlRefusal>(() => Sql.ExecuteAsync(id, 41L));
        Assert.Contains("Getting syntax error", (await Sql.RefusedAsync("SELECT ?")).Message, StringComparison.Ordinal);
    }
}
