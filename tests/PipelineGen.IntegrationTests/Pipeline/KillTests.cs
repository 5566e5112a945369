using PipelineGen.Pipeline;
using PipelineGen.StarRocks;
using Shop;
using Shop.Demo;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.IntegrationTests;

/// <summary>The Shop's executable, killed at any moment and started again: source and target end equal.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KillTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(1, "table")]
    [InlineData(2, "table")]
    [InlineData(3, "transaction")]
    public async Task Sigkill_while_copying_and_streaming_loses_and_doubles_nothing(int seed, string consistency)
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using LocalStarRocksServer target = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = "4.1" });
        Dictionary<string, string?> settings = Settings(database, target);
        settings["StarRocks:Consistency"] = consistency;
        await Seed.CreateTablesAsync(database.ConnectionString, CancellationToken.None);
        if (consistency == "transaction")
            await database.ExecuteAsync(string.Concat(((string[])["customers", "products", "orders", "order_items"]).Select(static t => $"ALTER TABLE {t} REPLICA IDENTITY FULL;")));
        await new Seed(database.ConnectionString, seed, 12_000).FillAsync(CancellationToken.None);

        var random = new Random(seed);
        var traffic = new LiveTraffic(database.ConnectionString, seed, TimeProvider.System);
        Task writing = traffic.RunAsync(TimeSpan.FromSeconds(14), CancellationToken.None);
        int kills = 0;
        int inStream = 0;
        while (!writing.IsCompleted || inStream < 3)
        {
            await using PipelineProcess process = PipelineProcess.Start("run", settings);
            // The first kills fall into the start and the copy, the later ones into the stream.
            bool untilStream = kills >= 2;
            if (untilStream)
                await Eventually.TrueAsync(() => Task.FromResult(process.HasExited || process.Errors.Contains("streaming from", StringComparison.Ordinal)), "it streams", 60);
            await Task.Delay(random.Next(200, 2500));
            Assert.False(process.HasExited, $"seed {seed}, after {kills} kills: {process.Errors}");
            await process.KillAsync();
            kills++;
            inStream += untilStream ? 1 : 0;
        }

        await writing;
        await using (PipelineProcess last = PipelineProcess.Start("run", settings, "--until-caught-up"))
            Assert.True(await last.ExitAsync() == 0, last.Errors);
        await AssertSameAsync(database, target, $"seed {seed}, {kills} kills");
    }

    [Fact]
    public async Task Sigterm_flushes_persists_acknowledges_and_ends_with_0()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using LocalStarRocksServer target = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        Dictionary<string, string?> settings = Settings(database, target);
        // Longer than the test: only the stop flushes.
        settings["Pipeline:FlushInterval"] = "10m";
        settings["Pipeline:HeartbeatInterval"] = "10m";
        await Seed.CreateTablesAsync(database.ConnectionString, CancellationToken.None);
        await new Seed(database.ConnectionString, 5, 1000).FillAsync(CancellationToken.None);
        await using PipelineProcess process = PipelineProcess.Start("run", settings);
        await Eventually.TrueAsync(() => Task.FromResult(process.Errors.Split("copied public.").Length == 6), "the tables are copied", 60);
        await database.ExecuteAsync("INSERT INTO customers (public_id, name, email) VALUES (gen_random_uuid(), 'the last one', 'l@x'); DELETE FROM order_items WHERE line = 1");
        string written = await database.ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text");
        await Eventually.TrueAsync(
            () => database.ScalarAsync<bool>($"SELECT coalesce((SELECT sent_lsn >= '{written}' FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid WHERE s.slot_name = 'slot_{database.Name}'), false)"),
            "the changes are sent");
        Assert.Equal(0, await process.TerminateAsync());
        await AssertSameAsync(database, target, process.Errors);
        Assert.True(await database.ScalarAsync<bool>($"SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = 'slot_{database.Name}'"), "the slot does not know what is durable");
    }

    [Fact]
    public async Task Until_caught_up_ends_with_0_and_status_and_check_agree()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using LocalStarRocksServer target = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        Dictionary<string, string?> settings = Settings(database, target);
        await Seed.CreateTablesAsync(database.ConnectionString, CancellationToken.None);
        await new Seed(database.ConnectionString, 6, 1000).FillAsync(CancellationToken.None);
        Assert.Equal(0, await RunAsync("check", settings, "pending"));
        Assert.Equal(0, await RunAsync("run", settings, "", "--until-caught-up"));
        await AssertSameAsync(database, target, "until caught up");
        Assert.Equal(0, await RunAsync("check", settings, "5 of 5 tables copied"));
        Assert.Equal(0, await RunAsync("status", settings, "\"state\": \"copied\"", "--json"));
        Assert.Equal(0, await RunAsync("ddl", settings, "same     orders", "plan"));
        await database.ExecuteAsync("ALTER TABLE orders DROP COLUMN note");
        Assert.Equal(3, await RunAsync("check", settings, "column note is gone"));
    }

    private static async Task<int> RunAsync(string verb, Dictionary<string, string?> settings, string expected, params string[] more)
    {
        await using PipelineProcess process = PipelineProcess.Start(verb, settings, more);
        int exit = await process.ExitAsync();
        await Eventually.TrueAsync(() => Task.FromResult(process.Output.Contains(expected, StringComparison.Ordinal)), $"'{expected}' in: {process.Output} {process.Errors}", 5);
        return exit;
    }

    private static Dictionary<string, string?> Settings(TestDatabase database, LocalStarRocksServer target) => new()
    {
        ["Source:ConnectionString"] = database.ConnectionString,
        ["Source:Slot"] = $"slot_{database.Name}",
        ["StarRocks:LoadUrl"] = target.LoadUrl.ToString(),
        ["StarRocks:QueryEndpoint"] = target.QueryEndpoint,
        ["StarRocks:User"] = target.User,
        ["StarRocks:Password"] = target.Password,
        ["Pipeline:FlushInterval"] = "100ms",
        ["Pipeline:ChunkRows"] = "1500",
    };

    private static async Task AssertSameAsync(TestDatabase database, LocalStarRocksServer target, string circumstances)
    {
        var options = new StarRocksOptions { LoadUrls = [target.LoadUrl], QueryEndpoint = target.QueryEndpoint, Database = "shop", User = target.User, Password = target.Password };
        await using var sql = new SqlClient(options);
        await foreach (TableVerification table in new PipelineGen.Pipeline.Verification(ShopPipeline.Definition, database.ConnectionString, sql).RunAsync([], CancellationToken.None))
            Assert.True(table.IsVerified, $"{circumstances}: {table.Table}: {table.SourceRows} rows in the source, {table.TargetRows} in the target; {string.Join("; ", table.Differences)}");
    }
}
