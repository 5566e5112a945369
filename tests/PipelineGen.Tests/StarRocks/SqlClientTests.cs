using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

public sealed class SqlClientTests
{
    private static StarRocksOptions At(string endpoints, string password = "") =>
        Options(new Uri("http://fe:8030")) with { QueryEndpoint = endpoints, User = "root", Password = password };

    private static string Nobody => $"127.0.0.1:{FakeHttpServer.Nobody().Port}";

    [Fact]
    public async Task One_connection_serves_many_statements_and_is_replaced_when_it_breaks()
    {
        int statements = 0;
        await using var server = new FakeMySqlServer(async (sql, session) =>
        {
            statements++;
            await session.OkAsync(1);
            if (sql == "last")
            {
                session.Close();
            }
        });
        await using var client = new SqlClient(At($"{Nobody};{server.Endpoint}"));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.ExecuteAsync("x", default))).WaitAsync(Patience);
        Assert.Equal(1, server.Connections);
        await client.ExecuteAsync("last", default).WaitAsync(Patience);
        Assert.Equal(11, statements);

        // Until the end of the connection has arrived, a statement may still meet it; then it is replaced.
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                Assert.Equal(1, await client.ExecuteAsync("x", limit.Token));
                break;
            }
            catch (StarRocksSqlException lost) when (lost.Class == ErrorClass.CheckState)
            {
            }
        }

        Assert.Equal(2, server.Connections);
        Assert.Equal(["shop", "shop"], server.Databases);
    }

    [Fact]
    public async Task A_denied_login_is_final_and_tried_at_one_endpoint_only()
    {
        await using var first = new FakeMySqlServer { Password = "right" };
        await using var second = new FakeMySqlServer { Password = "right" };
        await using var client = new SqlClient(At($"{first.Endpoint};{second.Endpoint}", "wr0ng"));

        var denied = await Assert.ThrowsAsync<StarRocksSqlException>(() => client.QueryAsync("SELECT 1", default).WaitAsync(Patience));

        Assert.Equal((1045, ErrorClass.Final), (denied.Code, denied.Class));
        Assert.Equal((1, 0), (first.Connections, second.Connections));
    }

    [Fact]
    public async Task Nobody_at_any_endpoint_is_retryable()
    {
        await using var client = new SqlClient(At($"{Nobody};{Nobody}"));
        Assert.Equal(ErrorClass.Retryable, (await Assert.ThrowsAsync<StarRocksSqlException>(() => client.PingAsync(default).WaitAsync(Patience))).Class);
    }

    [Fact]
    public async Task A_table_is_read_with_keys_and_nullability()
    {
        await using var server = new FakeMySqlServer((sql, session) =>
            sql.Contains("tables_config") ? session.ResultAsync(["TABLE_MODEL"], ["PRI_KEYS"])
            : !sql.Contains("'shop'") || !sql.Contains("'orders'") ? session.ResultAsync(["COLUMN_NAME"])
            : session.ResultAsync(
                ["COLUMN_NAME", "COLUMN_TYPE", "IS_NULLABLE", "COLUMN_KEY"],
                ["id", "bigint(20)", "NO", "PRI"],
                ["note", "varchar(65533)", "YES", ""]));
        await using var client = new SqlClient(At(server.Endpoint));
        var schema = new TargetSchema(client);

        TargetTable table = Assert.IsType<TargetTable>(await schema.ReadAsync("shop", "orders", default).WaitAsync(Patience));

        Assert.Equal("PRI_KEYS", table.Model);
        Assert.Equal([new TargetColumn("id", "bigint(20)", false, true), new TargetColumn("note", "varchar(65533)", true, false)], table.Columns);
        Assert.Null(await schema.ReadAsync("shop", "nothing", default).WaitAsync(Patience));
    }

    [Fact]
    public async Task Absent_tables_config_and_current_version_are_tolerated_but_a_lost_connection_is_not()
    {
        bool closing = false;
        await using var server = new FakeMySqlServer(async (sql, session) =>
        {
            if (sql.Contains("tables_config") || sql.Contains("current_version"))
            {
                if (closing)
                {
                    session.Close();
                    return;
                }

                await session.ErrorAsync(1064, "HY000", "Getting analyzing error. Detail message: unknown");
                return;
            }

            await session.ResultAsync(["COLUMN_NAME", "COLUMN_TYPE", "IS_NULLABLE", "COLUMN_KEY"], ["8.0.33", "int(11)", "NO", ""]);
        });
        await using var client = new SqlClient(At(server.Endpoint));
        var schema = new TargetSchema(client);

        Assert.Equal("8.0.33", await schema.GetServerVersionAsync(default).WaitAsync(Patience));
        Assert.Null((await schema.ReadAsync("shop", "orders", default).WaitAsync(Patience))!.Model);
        closing = true;
        await Assert.ThrowsAsync<StarRocksSqlException>(() => schema.ReadAsync("shop", "orders", default).WaitAsync(Patience));
        await Assert.ThrowsAsync<StarRocksSqlException>(() => schema.GetServerVersionAsync(default).WaitAsync(Patience));
    }

    [Fact]
    public async Task Ddl_stops_at_the_first_refusal_and_names_it()
    {
        var ran = new List<string>();
        await using var server = new FakeMySqlServer((sql, session) =>
        {
            ran.Add(sql);
            return sql.StartsWith("ALTER") ? session.ErrorAsync(1064, "HY000", "A schema change operation is in progress on the table t.") : session.OkAsync();
        });
        await using var client = new SqlClient(At(server.Endpoint), withoutDatabase: true);
        var ddl = new DdlExecutor(client);

        await ddl.CreateDatabaseIfMissingAsync("sh`op", default).WaitAsync(Patience);
        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() => ddl.ExecuteAsync(["CREATE TABLE a", "ALTER TABLE t\nADD COLUMN c INT", "never"], default).WaitAsync(Patience));

        Assert.Equal(["CREATE DATABASE IF NOT EXISTS `sh``op`", "CREATE TABLE a", "ALTER TABLE t\nADD COLUMN c INT"], ran);
        Assert.Equal((1064, ErrorClass.Retryable), (refused.Code, refused.Class));
        Assert.Contains("after 1 statements", refused.Message);
        Assert.Contains("ALTER TABLE t ...", refused.Message);
        Assert.Null(Assert.Single(server.Databases));
    }

    [Theory]
    [InlineData("a", "'a'")]
    [InlineData("it's", @"'it\'s'")]
    [InlineData(@"a\", @"'a\\'")]
    [InlineData(@"\' OR 1=1", @"'\\\' OR 1=1'")]
    [InlineData("a\nb\0", @"'a\nb\0'")]
    [InlineData("\"`", "'\"`'")]
    public void A_literal_is_escaped(string value, string expected) => Assert.Equal(expected, SqlText.Literal(value));

    [Fact]
    public void A_name_is_quoted()
    {
        Assert.Equal("`a``b`", SqlText.Identifier("a`b"));
        Assert.Throws<ArgumentException>(() => SqlText.Identifier(""));
        Assert.Throws<ArgumentException>(() => SqlText.Identifier("a\0"));
    }
}
