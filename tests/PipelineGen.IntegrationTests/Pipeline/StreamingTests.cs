namespace PipelineGen.IntegrationTests;

/// <summary>Copying and streaming, change by change.</summary>
[Collection(PostgresCollection.Name)]
public sealed class StreamingTests(PostgresFixture postgres)
{
    private const string Large = "repeat('large ', 1000)";

    [Fact]
    public async Task Rows_that_were_there_are_copied()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, $"""
            INSERT INTO notes SELECT i, 'title ' || i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'body' END, i * 1.25, now() FROM generate_series(1, 5000) i;
            INSERT INTO documents VALUES (1, 't', {Large}, '[1, 2]', '\x00ff'), (2, '', '', NULL, NULL);
            INSERT INTO readings VALUES ('a', '0001-01-01 00:00:00', 'infinity'::float8 - 'infinity'::float8, NULL) ON CONFLICT DO NOTHING;
            UPDATE readings SET value = 1e-300;
            INSERT INTO archive VALUES ('00000000-0000-0000-0000-000000000001', {Large}, ARRAY['a', NULL, 'NULL', '']);
            INSERT INTO events VALUES (1, '2020-02-29', 'old'), (1, '2030-01-01', 'new');
            """);
        test.Start();
        await test.AssertSameAsync();
        Assert.Equal(5000, test.Running!.Progress.Tables.Single(t => t.Table == "public.notes").RowsCopied);
    }

    [Fact]
    public async Task Inserts_updates_deletes_key_changes_and_truncates_follow()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes VALUES (1, 'one', 'b', 1, now()), (2, 'two', NULL, 2, now()), (3, 'three', NULL, 3, now());");
        test.Start();
        await test.CatchUpAsync();

        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (4, 'four', 'x', 4.44, '2024-03-10 02:30:00.123456+05:45'); UPDATE notes SET body = NULL, amount = NULL WHERE id = 1; DELETE FROM notes WHERE id = 2; UPDATE notes SET id = 30 WHERE id = 3;");
        await test.AssertSameAsync();

        // The same key again and again in one transaction, and keys that change places.
        await test.Database.ExecuteAsync("""
            BEGIN;
            DELETE FROM notes WHERE id = 4; INSERT INTO notes VALUES (4, 'again', NULL, 0, NULL); DELETE FROM notes WHERE id = 4; INSERT INTO notes VALUES (4, 'last', NULL, 0, NULL);
            UPDATE notes SET id = 100 WHERE id = 1; UPDATE notes SET id = 1 WHERE id = 4; UPDATE notes SET id = 4 WHERE id = 100;
            COMMIT;
            """);
        await test.AssertSameAsync();

        await test.Database.ExecuteAsync("BEGIN; INSERT INTO notes VALUES (50, 'gone', NULL, 0, NULL); TRUNCATE notes; INSERT INTO notes VALUES (51, 'after', NULL, 0, NULL); COMMIT; INSERT INTO notes VALUES (52, 'later', NULL, 0, NULL);");
        await test.AssertSameAsync();
        Assert.Equal(1, test.Running!.Progress.Tables.Single(t => t.Table == "public.notes").Truncates);
    }

    [Fact]
    public async Task A_transaction_over_several_tables_arrives_in_all_and_a_rolled_back_one_in_none()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("""
            BEGIN; INSERT INTO notes VALUES (1, 'n', NULL, NULL, NULL); INSERT INTO documents VALUES (1, 'd', 'b', '{}', NULL); INSERT INTO events VALUES (1, '2026-01-01', 'e');
            INSERT INTO readings VALUES ('s', '2024-01-01', 1.5, '{}'); SAVEPOINT a; INSERT INTO notes VALUES (2, 'undone', NULL, NULL, NULL); ROLLBACK TO a; COMMIT;
            BEGIN; INSERT INTO notes VALUES (3, 'never', NULL, NULL, NULL); ROLLBACK;
            """);
        await test.AssertSameAsync();
        Assert.Equal(1, test.Running!.Progress.Tables.Single(t => t.Table == "public.notes").Inserts);
    }

    [Fact]
    public async Task An_unchanged_toast_value_stays_what_it_was()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, $"INSERT INTO documents SELECT i, 't' || i, {Large} || i, '{{}}', decode(repeat('ab', 4000), 'hex') FROM generate_series(1, 20) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE documents SET title = title || ' changed' WHERE id <= 10; UPDATE documents SET body = 'short' WHERE id = 3; UPDATE documents SET title = 'once more' WHERE id IN (3, 4);");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_changed_key_takes_its_unchanged_toast_value_along()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, $"INSERT INTO documents SELECT i, 't' || i, {Large} || i, '{{}}', decode(repeat('ab', 4000), 'hex') FROM generate_series(1, 20) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE documents SET id = id + 100; UPDATE documents SET id = id + 100 WHERE id < 110; DELETE FROM documents WHERE id = 115;");
        // The row is gone from the source before its key change can be read: it must be absent, not wrong.
        await test.Database.ExecuteAsync("BEGIN; UPDATE documents SET id = 1 WHERE id = 120; DELETE FROM documents WHERE id = 1; COMMIT;");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task Replica_identity_full_gives_unchanged_values_and_old_keys()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, $"INSERT INTO archive SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, {Large}, ARRAY['x'] FROM generate_series(1, 9) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE archive SET tags = ARRAY['a', 'b']; UPDATE archive SET id = '00000000-0000-0000-0000-0000000000ff' WHERE id = '00000000-0000-0000-0000-000000000001'; DELETE FROM archive WHERE id = '00000000-0000-0000-0000-000000000002';");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_partitioned_table_arrives_under_its_root()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO events VALUES (1, '2024-06-01', 'a'), (2, '2025-06-01', 'b');");
        test.Start();
        await test.CatchUpAsync();
        // The second moves the row from one partition to the other.
        await test.Database.ExecuteAsync("INSERT INTO events VALUES (3, '2024-01-01', NULL), (4, '2026-01-01', 'z'); UPDATE events SET day = '2025-06-02' WHERE id = 1; DELETE FROM events WHERE id = 2; UPDATE events SET what = 'changed' WHERE id = 4;");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_pipeline_with_a_text_only_type_streams_text_to_the_same_values()
    {
        await using var test = await PipelineUnderTest<TextPipeline>.CreateAsync(postgres, """
            INSERT INTO hosts VALUES ('10.0.0.1', 'a', '2024-03-10 02:30:00.5+05:45', -1.125, true, '\x00ff0a', '0001-01-01', '24:00:00', 1.1, '6f1e9a34-0000-4000-8000-00000000000a', ARRAY['a"b', NULL, 'NULL', E'c\\d', '']),
                                     ('10.0.0.2', 'b', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """);
        test.Start();
        await test.AssertSameAsync();
        await test.Database.ExecuteAsync("""
            INSERT INTO hosts VALUES ('fe80::1/64', 'c', '9999-12-31 23:59:59.999999+00', 999.999, false, '\x', '9999-12-31', '00:00:00.000001', 3.4e38, '6f1e9a34-0000-4000-8000-00000000000b', ARRAY[E'new\nline', '{x}', 'a,b']);
            UPDATE hosts SET name = 'changed', address = '10.0.0.3' WHERE address = '10.0.0.1'; DELETE FROM hosts WHERE address = '10.0.0.2'; INSERT INTO notes VALUES (1, 'n', 'b', 1.5, now());
            """);
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_transaction_larger_than_the_memory_for_changes_is_loaded_in_parts()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start(("Pipeline:FlushBytes", "64KB"));
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("BEGIN; INSERT INTO notes SELECT i, 'title ' || i, repeat('x', 100), i, now() FROM generate_series(1, 20000) i; UPDATE notes SET amount = 1 WHERE id % 2 = 0; DELETE FROM notes WHERE id % 5 = 0; COMMIT;");
        await test.AssertSameAsync();
        Assert.True(test.Running!.Progress.Loads > 10, "the transaction was loaded at once");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Changes_during_the_copy_are_neither_lost_nor_doubled(int seed)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO documents SELECT i, 't', repeat('b', 3000), '{}', NULL FROM generate_series(1, 150) i;");
        var workload = new RandomWorkload(test.Database.ConnectionString, seed);
        Task writing = workload.RunAsync(600);
        test.Start();
        await writing;
        Assert.True(workload.Committed > 300, $"only {workload.Committed} transactions");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task An_idle_pipeline_frees_wal_that_others_write()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("CREATE TABLE unrelated (x int); INSERT INTO unrelated SELECT generate_series(1, 10000);");
        string written = await test.Database.ScalarAsync<string>("SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.TrueAsync(
            () => test.Database.ScalarAsync<bool>($"SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = '{test.Slot}'"),
            "the slot confirms WAL of a table that is not published");
    }
}
