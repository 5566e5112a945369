using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

public sealed class SqlConnectionTests
{
    private static async Task<SqlConnection> ConnectAsync(FakeMySqlServer server, string user = "root", string password = "", string? database = null) =>
        await SqlConnection.ConnectAsync("127.0.0.1", server.Port, user, password, database, default).WaitAsync(Patience);

    [Theory]
    [InlineData("")]
    [InlineData("pä$$ 'wörd")]
    public async Task Native_password_lets_in_also_after_a_switch(string password)
    {
        foreach (string? switchTo in new[] { null, "mysql_native_password" })
        {
            await using var server = new FakeMySqlServer { User = "loader", Password = password, SwitchTo = switchTo };
            await using SqlConnection connection = await ConnectAsync(server, "loader", password, "shop");
            await connection.PingAsync(default).WaitAsync(Patience);
            Assert.Equal("8.0.33", connection.GreetingVersion);
            Assert.Equal("shop", Assert.Single(server.Databases));
        }
    }

    [Fact]
    public async Task A_wrong_password_is_final_and_not_shown()
    {
        await using var server = new FakeMySqlServer { Password = "right" };
        var denied = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server, password: "wr0ng"));
        Assert.Equal((1045, "28000", ErrorClass.Final), (denied.Code, denied.SqlState, denied.Class));
        Assert.Contains("Access denied for user 'root'", denied.Message);
        Assert.DoesNotContain("wr0ng", denied.ToString());
    }

    [Fact]
    public async Task Another_plugin_is_named_in_the_error()
    {
        await using var server = new FakeMySqlServer { SwitchTo = "caching_sha2_password" };
        var unsupported = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server));
        Assert.Equal(ErrorClass.Final, unsupported.Class);
        Assert.Contains("caching_sha2_password", unsupported.Message);
    }

    [Fact]
    public async Task Nobody_listening_is_retryable()
    {
        var refused = await Assert.ThrowsAsync<StarRocksSqlException>(() =>
            SqlConnection.ConnectAsync("127.0.0.1", FakeHttpServer.Nobody().Port, "root", "", null, default).WaitAsync(Patience));
        Assert.Equal((0, ErrorClass.Retryable), (refused.Code, refused.Class));
    }

    [Fact]
    public async Task Rows_carry_nulls_empty_text_unicode_and_bytes()
    {
        await using var server = new FakeMySqlServer(async (_, session) =>
        {
            await session.ColumnsAsync("a", "B", "c");
            await session.RowAsync(null, "", "grüße 🙂");
            await session.RowAsync(null, null, null);
            await session.PacketAsync([1, (byte)'x', 3, 0xFF, 0x00, 0xFE, 0xFB]);
            await session.EofAsync();
        });
        await using SqlConnection connection = await ConnectAsync(server);

        SqlResult result = await connection.QueryAsync("SELECT", default).WaitAsync(Patience);

        Assert.Equal(["a", "B", "c"], result.Columns.Select(column => column.Name));
        Assert.All(result.Columns, column => Assert.Equal((SqlColumnType.VarString, 20L), (column.Type, column.MaxLength)));
        Assert.Equal(3, result.Rows.Count);
        Assert.Equal([null, "", "grüße 🙂"], result.Rows[0].ToArray().AsEnumerable());
        Assert.Equal([null, null, null], result.Rows[1].ToArray().AsEnumerable());
        Assert.Equal([0xFF, 0x00, 0xFE], result.Rows[2].GetBytes(1).ToArray());
        Assert.Equal("", result.Rows[0]["b"]);
        Assert.True(result.Rows[2].IsNull(2));
        Assert.Null(result.Scalar);
        Assert.Throws<ArgumentException>(() => result.Rows[0]["d"]);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(251)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(0xFFFFFF - 4)] // the payload fills one packet exactly: an empty one follows
    [InlineData(0xFFFFFF + 10)]
    public async Task Values_of_every_length_class_come_whole(int length)
    {
        string value = new string('v', length - 1) + "w";
        await using var server = new FakeMySqlServer((sql, session) => session.ResultAsync(["v"], [sql], ["next"]));
        await using SqlConnection connection = await ConnectAsync(server);

        SqlResult result = await connection.QueryAsync(value, default).WaitAsync(Patience); // the statement itself as long

        Assert.Equal(2, result.Rows.Count);
        Assert.True(result.Scalar == value, "the value differs");
        Assert.Equal("next", result.Rows[1][0]);
    }

    [Fact]
    public async Task Execute_gives_affected_rows_and_reads_off_an_unwanted_result()
    {
        await using var server = new FakeMySqlServer((sql, session) => sql == "INSERT" ? session.OkAsync(7) : session.ResultAsync(["v"], ["1"], ["2"]));
        await using SqlConnection connection = await ConnectAsync(server);

        Assert.Equal(7, await connection.ExecuteAsync("INSERT", default).WaitAsync(Patience));
        Assert.Equal(0, await connection.ExecuteAsync("SHOW", default).WaitAsync(Patience));
        Assert.Equal(7, await connection.ExecuteAsync("INSERT", default).WaitAsync(Patience));
        Assert.Empty((await connection.QueryAsync("INSERT", default).WaitAsync(Patience)).Rows);
    }

    [Fact]
    public async Task An_error_packet_keeps_the_connection_also_in_mid_result()
    {
        int turn = 0;
        await using var server = new FakeMySqlServer(async (_, session) =>
        {
            switch (++turn)
            {
                case 1:
                    await session.ErrorAsync(5502, "42602", "Unknown table 't'");
                    break;
                case 2:
                    await session.ColumnsAsync("v");
                    await session.RowAsync("1");
                    await session.ErrorAsync(1064, "HY000", "Memory of query exceed limit");
                    break;
                default:
                    await session.OkAsync(1);
                    break;
            }
        });
        await using SqlConnection connection = await ConnectAsync(server);

        var unknown = await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.QueryAsync("q", default).WaitAsync(Patience));
        Assert.Equal((5502, "42602", ErrorClass.NeedsDecision), (unknown.Code, unknown.SqlState, unknown.Class));
        Assert.Contains("Unknown table 't'", unknown.Message);
        Assert.Equal(1064, (await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.QueryAsync("q", default).WaitAsync(Patience))).Code);
        Assert.Equal(1, await connection.ExecuteAsync("q", default).WaitAsync(Patience));
        Assert.False(connection.IsBroken);
    }

    public static TheoryData<string, byte[]> TornAnswers => new()
    {
        { "closed the connection", [1, 0] },
        { "closed the connection", [50, 0, 0, 1, 0, 0] },
        { "out of sequence: 9 instead of 1", [1, 0, 0, 9, 1] },
        { "empty answer", [0, 0, 0, 1] },
        { "exceeds 1000000 bytes", [0xFF, 0xFF, 0xFF, 1, 0xFE] },
        { "local file", [2, 0, 0, 1, 0xFB, (byte)'x'] },
        { "1 columns", [2, 0, 0, 1, 0x01, 0x00] },
        { "malformed packet of 3 bytes", [1, 0, 0, 1, 1, 3, 0, 0, 2, 3, (byte)'d', (byte)'e'] },
        { "a value of 200 bytes", [1, 0, 0, 1, 1, .. Column(2), 5, 0, 0, 3, 0xFE, 0, 0, 2, 0, 3, 0, 0, 4, 200, 1, 1] },
        { "a value of 18446744073709551615 bytes", [1, 0, 0, 1, 1, .. Column(2), 5, 0, 0, 3, 0xFE, 0, 0, 2, 0, 10, 0, 0, 4, 0xFE, 255, 255, 255, 255, 255, 255, 255, 255, 1] },
        { "1 bytes after the last", [1, 0, 0, 1, 1, .. Column(2), 5, 0, 0, 3, 0xFE, 0, 0, 2, 0, 3, 0, 0, 4, 1, 65, 65] },
        { "malformed packet of 0 bytes", [1, 0, 0, 1, 1, .. Column(2), 5, 0, 0, 3, 0xFE, 0, 0, 2, 0, 0, 0, 0, 4] },
        { "no EOF packet", [1, 0, 0, 1, 1, .. Column(2), 2, 0, 0, 3, 1, 65] },
        { "closed the connection", [1, 0, 0, 1, 1, .. Column(2), 5, 0, 0, 3, 0xFE, 0, 0, 2, 0, 2, 0, 0, 4, 1, 65] },
    };

    [Theory]
    [MemberData(nameof(TornAnswers))]
    public async Task A_torn_answer_is_an_error_and_closes_the_connection(string complaint, byte[] answer)
    {
        await using var server = new FakeMySqlServer(async (_, session) =>
        {
            await session.RawAsync(answer);
            await session.ReadToEndAsync();
        });
        await using SqlConnection connection = await SqlConnection.ConnectAsync(
            "127.0.0.1", server.Port, "root", "", null, new SqlConnectionLimits { MaxPayload = 1_000_000 }, null, default).WaitAsync(Patience);

        var torn = await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.QueryAsync("q", default).WaitAsync(Patience));

        Assert.Contains(complaint, torn.Message);
        Assert.Equal(ErrorClass.Retryable, torn.Class);
        Assert.Equal(0, torn.Code);
        Assert.True(connection.IsBroken);
        await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.PingAsync(default).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 5, 0, 0, 0, 10, 56, 46 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 10, 56, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 9 })]
    [InlineData(new byte[] { 72, 84, 84, 80, 47, 49, 46, 49 })] // HTTP/1.1
    public async Task A_torn_greeting_is_an_error(byte[] greeting)
    {
        await using var server = new FakeMySqlServer { Greeting = greeting };
        Assert.Equal(ErrorClass.Retryable, (await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server))).Class);
    }

    [Fact]
    public async Task An_error_in_place_of_the_greeting_is_told()
    {
        await using var server = new FakeMySqlServer { Greeting = [23, 0, 0, 0, 0xFF, 0x10, 0x04, .. "Too many connections"u8] };
        var full = await Assert.ThrowsAsync<StarRocksSqlException>(() => ConnectAsync(server));
        Assert.Equal((1040, ErrorClass.Retryable), (full.Code, full.Class));
    }

    [Fact]
    public async Task Execute_whose_answer_is_lost_asks_to_check_the_state()
    {
        await using var server = new FakeMySqlServer((_, session) =>
        {
            session.Close();
            return Task.CompletedTask;
        });
        await using SqlConnection connection = await ConnectAsync(server);
        Assert.Equal(ErrorClass.CheckState, (await Assert.ThrowsAsync<StarRocksSqlException>(() => connection.ExecuteAsync("INSERT", default).WaitAsync(Patience))).Class);
    }

    [Fact]
    public async Task A_statement_ends_at_its_limit_and_cancellation_closes_the_connection()
    {
        var asked = new SemaphoreSlim(0);
        await using var server = new FakeMySqlServer(async (_, session) =>
        {
            asked.Release();
            await session.HangAsync();
        });
        var time = new ManualTime();
        var limits = new SqlConnectionLimits { CommandTimeout = TimeSpan.FromSeconds(20) };
        await using SqlConnection slow = await SqlConnection.ConnectAsync("127.0.0.1", server.Port, "root", "", null, limits, time, default).WaitAsync(Patience);
        Task<SqlResult> query = slow.QueryAsync("q", default);
        Assert.True(await asked.WaitAsync(Patience));
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(query.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("20 s", (await Assert.ThrowsAsync<StarRocksSqlException>(() => query.WaitAsync(Patience))).Message);

        await using SqlConnection cancelled = await ConnectAsync(server);
        using var stop = new CancellationTokenSource();
        query = cancelled.QueryAsync("q", stop.Token);
        Assert.True(await asked.WaitAsync(Patience));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query.WaitAsync(Patience));
        Assert.True(cancelled.IsBroken);
    }

    [Fact]
    public async Task A_second_statement_at_the_same_time_is_a_mistake_of_the_caller()
    {
        await using var server = new FakeMySqlServer((_, session) => session.HangAsync());
        await using SqlConnection connection = await ConnectAsync(server);
        using var stop = new CancellationTokenSource();
        Task<SqlResult> first = connection.QueryAsync("q", stop.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.QueryAsync("q", default));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_stream_gives_rows_as_they_come_and_leaving_it_closes_the_connection()
    {
        await using var server = new FakeMySqlServer(async (sql, session) =>
        {
            await session.ColumnsAsync("v");
            for (int i = 0; i < 1000 || sql == "endless"; i++)
            {
                await session.RowAsync($"{i}");
            }

            await session.EofAsync();
        });
        await using SqlConnection connection = await ConnectAsync(server);

        var values = new List<string?>();
        await foreach (SqlRow row in connection.StreamAsync("finite", default))
        {
            values.Add(row[0]);
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), values);
        Assert.False(connection.IsBroken);
        await foreach (SqlRow row in connection.StreamAsync("endless", default))
        {
            if (row[0] == "5000")
            {
                break;
            }
        }

        Assert.True(connection.IsBroken);
    }

    private static byte[] Column(byte sequence)
    {
        byte[] column = [3, .. "def"u8, 0, 0, 0, 1, (byte)'v', 0, 0x0C, 33, 0, 20, 0, 0, 0, 253, 0, 0, 0, 0, 0];
        return [(byte)column.Length, 0, 0, sequence, .. column];
    }
}
