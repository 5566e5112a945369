using PipelineGen.Pipeline;
using PipelineGen.StarRocks;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests;

/// <summary>Stops, restarts and outages of everything around a pipeline.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RecoveryTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_clean_stop_acknowledges_everything_and_the_next_run_copies_nothing_again()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes SELECT i, 't', NULL, i, NULL FROM generate_series(1, 100) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE notes SET title = 'changed' WHERE id < 50");
        await test.CatchUpAsync();
        await test.StopAsync();
        string durable = await DurableAsync(test);
        string? copied = await ScalarAsync(test, NotesRow);
        Assert.Contains("\"state\":\"copied\"", copied, StringComparison.Ordinal);
        Assert.Contains("\"rows\":100,", copied, StringComparison.Ordinal);
        Assert.Equal(durable, await test.Database.ScalarAsync<string>($"SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = '{test.Slot}'"));

        await test.Database.ExecuteAsync("DELETE FROM notes WHERE id = 7; INSERT INTO notes VALUES (1000, 'while it was down', NULL, 1, NULL)");
        test.Start();
        await test.AssertSameAsync();
        TableProgress notes = test.Running!.Progress.Tables.Single(t => t.Table == "public.notes");
        Assert.Equal((1, 0, 1), (notes.Inserts, notes.Updates, notes.Deletes));
        Assert.Equal(copied, await ScalarAsync(test, NotesRow));
        Assert.Equal("0", await ScalarAsync(test, "SELECT count(*) FROM `_pipelinegen_progress` WHERE `item` LIKE 'range%'"));
    }

    [Fact]
    public async Task StarRocks_that_goes_away_and_comes_back_loses_nothing()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        var workload = new RandomWorkload(test.Database.ConnectionString, 11);
        Task writing = workload.RunAsync(300);
        for (int i = 0; i < 3; i++)
        {
            await test.Target.PauseAsync();
            await Task.Delay(200);
            await test.Target.ResumeAsync();
            await Task.Delay(200);
        }

        await writing;
        await test.AssertSameAsync();
    }

    [Theory]
    [InlineData(ShutdownMode.Fast)]
    [InlineData(ShutdownMode.Immediate)]
    public async Task Postgres_that_is_restarted_loses_nothing(ShutdownMode mode)
    {
        // A server of its own: the others' tests don't like restarts.
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, "INSERT INTO notes SELECT i, 't', NULL, i, NULL FROM generate_series(1, 1000) i;");
            test.Start();
            await test.CatchUpAsync();
            var workload = new RandomWorkload(test.Database.ConnectionString, 21);
            Task writing = workload.RunAsync(300);
            await Eventually.TrueAsync(() => Task.FromResult(test.Running!.Progress.Transactions > 20), "changes are streamed");
            await own.Server.RestartAsync(mode);
            await writing;
            await test.AssertSameAsync();
            await test.StopAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_walsender_that_is_terminated_is_followed_by_another()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        var workload = new RandomWorkload(test.Database.ConnectionString, 31);
        await workload.RunAsync(300, between: async i =>
        {
            if (i % 25 == 0)
                await test.Database.ExecuteAsync($"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{test.Slot}' AND active");
        });
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task Faults_of_StarRocks_neither_lose_nor_double()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes SELECT i, 't', NULL, i, NULL FROM generate_series(1, 100) i;");
        test.Target.Faults.LoseReplyAfterCommit = 2;
        test.Start();
        var workload = new RandomWorkload(test.Database.ConnectionString, 41);
        int faults = 0;
        await workload.RunAsync(200, between: i =>
        {
            if (i % 20 == 5)
            {
                test.Target.Faults.LoseReplyAfterCommit += 1;
                test.Target.Faults.PublishTimeout += 1;
                faults++;
            }

            return Task.CompletedTask;
        });
        Assert.True(faults > 0);
        await test.AssertSameAsync();
        // How many of them struck depends on how the changes fell into loads; some must have.
        int left = test.Target.Faults.LoseReplyAfterCommit;
        Assert.True(left < faults, $"{left} of {faults + 2} faults are left");
    }

    /// <summary>The checkpointer tells the others of the setting, in its own time: until then commits don't wait.</summary>
    internal static async Task UntilCommitsWaitAsync(TestDatabase database)
    {
        Task probe = Task.CompletedTask;
        await Eventually.TrueAsync(
            async () =>
            {
                if (probe.IsCompleted)
                    probe = database.ExecuteAsync("SELECT pg_logical_emit_message(true, 'probe', '')");
                return await database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')");
            },
            "commits wait for a standby");
        await database.ExecuteAsync("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        await probe;
    }

    [Fact]
    public async Task A_commit_that_is_delivered_before_it_is_visible_is_not_lost_between_copy_and_stream()
    {
        // F2 of POSTGRES.md: with synchronous replication a commit is sent to walsenders, and invisible until a standby answers.
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, "INSERT INTO notes SELECT i, 't', NULL, i, NULL FROM generate_series(1, 100) i;");
            test.Start();
            await test.CatchUpAsync();
            await test.StopAsync();
            // The table is unread again, slot and position stay: what the stream brings now is dropped, and must be in the copy.
            await using (SqlClient sql = test.OpenTarget())
            {
                await sql.ExecuteAsync("DELETE FROM `_pipelinegen_progress` WHERE `pipeline` = 'it' AND `item` LIKE 'table%'", CancellationToken.None);
                foreach (string table in new[] { "notes", "documents", "readings", "archive", "events" })
                    await sql.ExecuteAsync($"TRUNCATE TABLE `{table}`", CancellationToken.None);
            }

            await own.Server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            await own.Server.ExecuteAsync("SELECT pg_reload_conf()");
            await Eventually.TrueAsync(() => test.Database.ScalarAsync<bool>("SELECT current_setting('synchronous_standby_names') = 'nobody'"), "the setting is in force");
            await UntilCommitsWaitAsync(test.Database);
            Task stuck = test.Database.ExecuteAsync("INSERT INTO notes VALUES (5000, 'stuck', NULL, 1, NULL)");
            await Eventually.TrueAsync(() => test.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')"), "the commit waits for a standby");
            Assert.Equal(0, await test.Database.ScalarAsync<long>("SELECT count(*) FROM notes WHERE id = 5000"));

            test.Start();
            await Eventually.TrueAsync(() => Task.FromResult(test.Running!.Progress.Transactions >= 1), "the stream delivers the stuck commit");
            await own.Server.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
            await own.Server.ExecuteAsync("SELECT pg_reload_conf()");
            await stuck;
            await test.AssertSameAsync();
            Assert.Equal("1", await ScalarAsync(test, "SELECT count(*) FROM `notes` WHERE `id` = 5000"));
            await test.StopAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    private const string NotesRow = "SELECT `content` FROM `_pipelinegen_progress` WHERE `item` LIKE 'table%' AND `content` LIKE '%public.notes%'";

    private static async Task<string> DurableAsync<T>(PipelineUnderTest<T> test)
        where T : Rows.IPipeline
    {
        string content = (await ScalarAsync(test, "SELECT `content` FROM `_pipelinegen_progress` WHERE `item` = 'position'"))!;
        using var json = System.Text.Json.JsonDocument.Parse(content);
        return json.RootElement.GetProperty("lsn").GetString()!;
    }

    private static async Task<string?> ScalarAsync<T>(PipelineUnderTest<T> test, string sql)
        where T : Rows.IPipeline
    {
        await using SqlClient client = test.OpenTarget();
        return (await client.QueryAsync(sql, CancellationToken.None)).Scalar;
    }
}

internal static class ServerStatements
{
    public static async Task ExecuteAsync(this ThrowawayPostgres server, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
