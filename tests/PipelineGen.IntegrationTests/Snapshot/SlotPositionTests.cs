using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>The slot's position against the stored one (POSTGRES.md, section 3, rules 2, 3 and 10).</summary>
[Collection(PostgresCollection.Name)]
public sealed class SlotPositionTests(PostgresFixture postgres)
{
    private const string Row = "INSERT INTO notes VALUES (1, 'one', NULL, 1, NULL);";

    [Theory]
    [InlineData("SELECT pg_replication_slot_advance('{0}', pg_current_wal_lsn())", "ahead of the stored position")]
    [InlineData("SELECT pg_drop_replication_slot('{0}'); SELECT pg_create_logical_replication_slot('{0}', 'pgoutput')", "ahead of the stored position")]
    [InlineData("SELECT pg_drop_replication_slot('{0}')", "is gone: changes since then are lost")]
    public async Task A_slot_that_somebody_has_moved_is_refused_and_nothing_is_changed(string statements, string reason)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Row);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (2, 'is passed over', NULL, 1, NULL)");
        foreach (string statement in string.Format(System.Globalization.CultureInfo.InvariantCulture, statements, test.Slot).Split("; "))
            await test.Database.ExecuteAsync(statement);
        string progress = await ContentAsync(test);
        string slots = await SlotsAsync(test);

        test.Start();
        PreparationException refused = await test.FailsAsync<PreparationException>();
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(test.Slot, refused.Message, StringComparison.Ordinal);
        Assert.Equal(progress, await ContentAsync(test));
        Assert.Equal(slots, await SlotsAsync(test));
        Assert.Equal("1", await test.TargetAsync("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task A_slot_that_is_made_anew_under_a_running_pipeline_ends_it()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Row);
        test.Start();
        await test.CatchUpAsync();
        // The walsender lets the slot go for a moment only, so that it may take several attempts.
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await test.Database.ExecuteAsync($"SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '{test.Slot}'");
                    await test.Database.ExecuteAsync($"SELECT pg_drop_replication_slot('{test.Slot}')");
                    return true;
                }
                catch (Npgsql.PostgresException taken) when (taken.SqlState == "55006")
                {
                    return false;
                }
            },
            "the slot is dropped");
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (2, 'is lost', NULL, 1, NULL)");
        await test.Database.ExecuteAsync($"SELECT pg_create_logical_replication_slot('{test.Slot}', 'pgoutput') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '{test.Slot}')");
        SourceException stopped = await test.FailsAsync<SourceException>();
        Assert.True(
            stopped.Message.Contains("ahead of the durable position", StringComparison.Ordinal) || stopped.Message.Contains("is gone: somebody dropped it", StringComparison.Ordinal),
            stopped.Message);
    }

    [Fact]
    public async Task An_idle_publication_of_a_busy_database_keeps_no_WAL()
    {
        var own = new PostgresFixture(new ThrowawayPostgresOptions { Settings = new Dictionary<string, string> { ["max_wal_size"] = "32MB", ["min_wal_size"] = "32MB" } });
        await own.InitializeAsync();
        try
        {
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, Row + "CREATE TABLE busy (id int8, body text);");
            test.Start();
            await test.CatchUpAsync();
            long transactions = test.Running!.Progress.Transactions;
            string segment = await test.Database.ScalarAsync<string>("SELECT pg_walfile_name(restart_lsn) FROM pg_replication_slots");
            string oldest = await test.Database.ScalarAsync<string>("SELECT restart_lsn::text FROM pg_replication_slots");
            for (int i = 0; i < 8; i++)
                await test.Database.ExecuteAsync("INSERT INTO busy SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 8000) i");
            string written = await test.Database.ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text");
            Assert.True(await test.Database.ScalarAsync<bool>($"SELECT pg_wal_lsn_diff('{written}', '{oldest}') > 3 * 16777216"), $"from {oldest} to {written} is too little to free a segment");
            await Eventually.TrueAsync(
                () => test.Database.ScalarAsync<bool>($"SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = '{test.Slot}'"), "the slot's position passes what was written", 60);
            await Eventually.TrueAsync(
                async () =>
                {
                    await test.Database.ExecuteAsync("CHECKPOINT");
                    return await test.Database.ScalarAsync<bool>($"SELECT restart_lsn >= '{written}' AND NOT EXISTS (SELECT FROM pg_ls_waldir() WHERE name = '{segment}') FROM pg_replication_slots WHERE slot_name = '{test.Slot}'");
                },
                $"segment {segment} is removed",
                90);
            // Nothing of it was ours.
            Assert.Equal(transactions, test.Running!.Progress.Transactions);
            await test.AssertSameAsync();
            await test.StopAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    private static async Task<string> ContentAsync(PipelineUnderTest<TestPipeline> test)
    {
        await using var client = test.OpenTarget();
        return string.Join('\n', (await client.QueryAsync("SELECT item, content FROM `_pipelinegen_progress` ORDER BY item", CancellationToken.None)).Rows.Select(static row => $"{row[0]} {row[1]}"));
    }

    private static Task<string> SlotsAsync(PipelineUnderTest<TestPipeline> test) =>
        test.Database.ScalarAsync<string>("SELECT coalesce(string_agg(slot_name || ' ' || confirmed_flush_lsn, ',' ORDER BY slot_name), '') FROM pg_replication_slots WHERE database = current_database()");
}
