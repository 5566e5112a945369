using PipelineGen.Hosting;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests;

/// <summary>Everything that is wrong before the start: one clear error that says what to do, and nothing was changed.</summary>
[Collection(PostgresCollection.Name)]
public sealed class BadInputTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_server_without_logical_wal_is_refused()
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "replica" } });
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await AssertRefusedAsync(test, "ALTER SYSTEM SET wal_level = 'logical'", ("Source:ConnectionString", server.ConnectionString));
    }

    [Fact]
    public async Task A_role_without_replication_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        string role = $"poor_{test.Database.Name}";
        await test.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        await AssertRefusedAsync(test, "REPLICATION", ("Source:ConnectionString", test.Database.ConnectionString.Replace("Username=postgres", $"Username={role}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_role_that_may_not_read_a_table_is_refused_with_the_grant()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        string role = $"blind_{test.Database.Name}";
        await test.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN REPLICATION");
        await AssertRefusedAsync(test, "GRANT SELECT ON \"public\".\"notes\"", ("Source:ConnectionString", test.Database.ConnectionString.Replace("Username=postgres", $"Username={role}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_missing_database_and_a_dead_server_are_named()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await AssertRefusedAsync(test, "does not exist", ("Source:ConnectionString", test.Database.ConnectionString.Replace(test.Database.Name, "nowhere", StringComparison.Ordinal)));
        await AssertRefusedAsync(test, "Is the server up", ("Source:ConnectionString", "Host=127.0.0.1;Port=1;Username=postgres;Password=secret;Database=x"));
    }

    [Fact]
    public async Task A_refused_password_is_named_and_never_shown()
    {
        await using ThrowawayPostgres server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions { Password = "right" });
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        string wrong = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wr0ng-s3cret" }.ConnectionString;
        string message = await AssertRefusedAsync(test, "refused the login", ("Source:ConnectionString", wrong));
        Assert.DoesNotContain("wr0ng-s3cret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slot_that_another_process_streams_from_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        var options = new PipelineOptions
        {
            SourceConnectionString = test.Database.ConnectionString, Slot = test.Slot, Publication = "it", SlotWait = TimeSpan.FromMilliseconds(300),
        };
        await using var second = new PipelineEngine(TestPipeline.Definition, options, Target(test), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        PreparationException refused = await Assert.ThrowsAsync<PreparationException>(() => second.RunAsync(untilCaughtUp: false, CancellationToken.None));
        Assert.Contains("is active for PID", refused.Message, StringComparison.Ordinal);
        // The first one does not notice.
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (1, 'n', NULL, NULL, NULL)");
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_slot_of_another_plugin_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await test.Database.ExecuteAsync($"SELECT pg_create_logical_replication_slot('{test.Slot}', 'test_decoding')");
        await AssertRefusedAsync(test, "belongs to the plugin test_decoding", changed: "slot");
    }

    [Fact]
    public async Task A_table_that_lost_its_key_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "ALTER TABLE notes DROP CONSTRAINT notes_pkey;");
        await AssertRefusedAsync(test, "replica identity does not cover the key column id");
    }

    [Fact]
    public async Task A_table_that_was_altered_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "ALTER TABLE notes ALTER COLUMN title TYPE varchar(10); ALTER TABLE documents RENAME COLUMN body TO content;");
        string message = await AssertRefusedAsync(test, "column title is varchar, compiled as text");
        Assert.Contains("column body is gone", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_table_of_another_shape_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await CreateTargetAsync(test, "CREATE TABLE `notes` (`id` BIGINT NOT NULL, `title` VARCHAR(5) NOT NULL, `at` DATETIME) PRIMARY KEY(`id`) DISTRIBUTED BY HASH(`id`) PROPERTIES(\"replication_num\" = \"1\")");
        string message = await AssertRefusedAsync(test, "column title is varchar(5), compiled as VARCHAR(1048576)");
        Assert.Contains("column body VARCHAR(1048576) is missing", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_table_with_rows_of_somebody_else_is_refused()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await CreateTargetAsync(test, Note.StarRocksDdl, "INSERT INTO `notes` (`id`, `title`) VALUES (1, 'not ours')");
        await AssertRefusedAsync(test, "has rows that this pipeline did not copy");
    }

    [Fact]
    public async Task StarRocks_that_can_not_be_reached_or_refuses_is_named()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        await AssertRefusedAsync(test, "127.0.0.1:1", ("StarRocks:QueryEndpoint", "127.0.0.1:1"));
        await CreateTargetAsync(test);
        await AssertRefusedAsync(test, "127.0.0.1:1", ("StarRocks:LoadUrl", "http://127.0.0.1:1"));
        string message = await AssertRefusedAsync(test, "Access denied", ("StarRocks:Password", "wr0ng-s3cret"));
        Assert.DoesNotContain("wr0ng-s3cret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slot_ahead_of_the_stored_position_is_a_gap()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (1, 'lost', NULL, NULL, NULL)");
        await test.Database.ExecuteAsync($"SELECT pg_replication_slot_advance('{test.Slot}', pg_current_wal_lsn())");
        await AssertRefusedAsync(test, "ahead of the stored position", changed: "slot publication target");
        await test.Database.ExecuteAsync($"SELECT pg_drop_replication_slot('{test.Slot}')");
        await AssertRefusedAsync(test, "is gone", changed: "publication target");
    }

    [Fact]
    public async Task Deleting_the_progress_and_emptying_the_tables_starts_over()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes SELECT i, 't', NULL, i, NULL FROM generate_series(1, 100) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await test.Database.ExecuteAsync($"SELECT pg_drop_replication_slot('{test.Slot}'); DELETE FROM notes WHERE id > 50;");
        await using (SqlClient sql = test.OpenTarget())
        {
            await sql.ExecuteAsync("DELETE FROM `_pipelinegen_progress` WHERE `pipeline` = 'it'", CancellationToken.None);
            await sql.ExecuteAsync("TRUNCATE TABLE `notes`", CancellationToken.None);
        }

        test.Start();
        await test.AssertSameAsync();
    }

    [Fact]
    public async Task A_value_that_the_target_can_not_hold_stops_with_table_key_column_and_choice()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (1, 'fine', NULL, NULL, now()); INSERT INTO notes VALUES (77, 'not fine', NULL, NULL, 'infinity');");
        Exception error = await Assert.ThrowsAsync<Rows.ColumnValueException>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("public.notes, column at", error.Message, StringComparison.Ordinal);
        Assert.Contains("infinity", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"id\":77", error.Message, StringComparison.Ordinal);
        Assert.Contains("[Column(\"at\"", error.Message, StringComparison.Ordinal);
        // Once the row is decided about, nothing is missing.
        await test.Running!.DisposeAsync();
        await test.Database.ExecuteAsync("DELETE FROM notes WHERE id = 77");
    }

    [Fact]
    public async Task The_executable_says_it_in_one_line_and_ends_with_1()
    {
        await using PipelineProcess process = PipelineProcess.Start("run", new Dictionary<string, string?>
        {
            ["Source:ConnectionString"] = "Host=127.0.0.1;Port=1;Username=postgres;Password=s3cret;Database=x",
            ["StarRocks:LoadUrl"] = "http://127.0.0.1:1", ["StarRocks:QueryEndpoint"] = "127.0.0.1:1",
        });
        Assert.Equal(1, await process.ExitAsync());
        await Eventually.TrueAsync(() => Task.FromResult(process.Errors.Contains("error: no connection to Postgres at 127.0.0.1:1/x", StringComparison.Ordinal)), process.Errors, 5);
        Assert.DoesNotContain("   at ", process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", process.Errors, StringComparison.Ordinal);

        await using PipelineProcess unknown = PipelineProcess.Start("run", new Dictionary<string, string?> { ["Pipeline:FlushIntervall"] = "1s" });
        Assert.Equal(2, await unknown.ExitAsync());
        await Eventually.TrueAsync(() => Task.FromResult(unknown.Errors.Contains("Did you mean Pipeline:FlushInterval?", StringComparison.Ordinal)), unknown.Errors, 5);
    }

    private static StarRocksOptions Target<T>(PipelineUnderTest<T> test)
        where T : Rows.IPipeline => new()
        {
            LoadUrls = [test.Target.LoadUrl], QueryEndpoint = test.Target.QueryEndpoint, Database = "it", User = test.Target.User, Password = test.Target.Password,
        };

    private static async Task CreateTargetAsync<T>(PipelineUnderTest<T> test, params string[] statements)
        where T : Rows.IPipeline
    {
        await using (var server = new SqlClient(Target(test), withoutDatabase: true))
            await server.ExecuteAsync("CREATE DATABASE IF NOT EXISTS `it`", CancellationToken.None);
        await using SqlClient sql = test.OpenTarget();
        foreach (string statement in statements)
            await sql.ExecuteAsync(statement, CancellationToken.None);
    }

    private static Task<string> AssertRefusedAsync<T>(PipelineUnderTest<T> test, string expected, params (string Key, string Value)[] settings)
        where T : Rows.IPipeline => AssertRefusedAsync(test, expected, "", settings);

    /// <summary>The start fails with the expected message, and made neither slot nor publication nor a table.</summary>
    /// <param name="changed">What was there before.</param>
    private static async Task<string> AssertRefusedAsync<T>(PipelineUnderTest<T> test, string expected, string changed, params (string Key, string Value)[] settings)
        where T : Rows.IPipeline
    {
        Dictionary<string, string?> all = test.Settings;
        foreach ((string key, string value) in settings)
            all[key] = value;
        await using RunningPipeline running = PipelineHost.Start<T>(all);
        PreparationException refused = await Assert.ThrowsAsync<PreparationException>(() => running.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Equal(changed.Contains("slot", StringComparison.Ordinal), await test.Database.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '{test.Slot}')"));
        Assert.Equal(changed.Contains("publication", StringComparison.Ordinal), await test.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_publication)"));
        if (!changed.Contains("target", StringComparison.Ordinal))
        {
            await using var sql = new SqlClient(Target(test), withoutDatabase: true);
            Assert.Empty((await sql.QueryAsync("SELECT TABLE_NAME FROM information_schema.tables WHERE TABLE_SCHEMA = 'it' AND TABLE_NAME = '_pipelinegen_progress'", CancellationToken.None)).Rows);
        }

        return refused.Message;
    }
}
