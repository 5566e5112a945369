using Npgsql;
using PipelineGen.IntegrationTests.Postgres;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>
/// A primary with the tests' database and a standby of it, which keeps the failover slot of a pipeline in step (Postgres 17 and
/// later). The standby is a copy of the stopped primary's folder: a base backup without a program for it.
/// </summary>
internal sealed class StandbyPair : IAsyncDisposable
{
    public const string WhySkipped = "no Postgres 17 or later is on this machine (PIPELINEGEN_TEST_POSTGRES), so that no slot survives a promotion";

    private const string PhysicalSlot = "standby";

    private const string Publication =
        "CREATE PUBLICATION it FOR TABLE notes, documents, readings, archive, events, clicks WITH (publish_via_partition_root = true)";

    private readonly PostgresFixture _fixture;

    private StandbyPair(PostgresFixture fixture, PipelineUnderTest<TestPipeline> test, ThrowawayPostgres standby)
    {
        _fixture = fixture;
        Test = test;
        Standby = standby;
        StandbyDatabase = new TestDatabase(standby, test.Database.Name);
    }

    /// <summary>The latest version that has failover slots, or null.</summary>
    public static PostgresInstallation? Installation => PostgresInstallation.Found.LastOrDefault(static found => found.MajorVersion >= 17);

    public PipelineUnderTest<TestPipeline> Test { get; }

    public ThrowawayPostgres Primary => _fixture.Server;

    public ThrowawayPostgres Standby { get; }

    public TestDatabase StandbyDatabase { get; }

    public static async Task<StandbyPair> CreateAsync(string sql)
    {
        var options = new ThrowawayPostgresOptions { BinaryDirectory = Installation!.BinaryDirectory };
        var fixture = new PostgresFixture(options);
        await fixture.InitializeAsync();
        PipelineUnderTest<TestPipeline> test = await PipelineUnderTest<TestPipeline>.CreateAsync(fixture, sql);
        ThrowawayPostgres standby = await ThrowawayPostgres.CreateAsync(options);
        var pair = new StandbyPair(fixture, test, standby);
        await pair.CopyAsync();
        await test.Database.ExecuteAsync(Publication);
        await test.Database.ExecuteAsync($"SELECT pg_create_physical_replication_slot('{PhysicalSlot}')");
        await test.Database.ExecuteAsync($"SELECT pg_create_logical_replication_slot('{test.Slot}', 'pgoutput', false, false, failover => true)");
        await standby.StartAsync();
        return pair;
    }

    /// <summary>From now on the primary sends a pipeline nothing that the standby hasn't got.</summary>
    public async Task HoldBackForStandbyAsync()
    {
        await Primary.ExecuteAsync($"ALTER SYSTEM SET synchronized_standby_slots = '{PhysicalSlot}'");
        await Primary.ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>The standby would go on with the slot after a promotion. Takes up to half a minute: its worker looks seldom where nothing happens.</summary>
    public Task UntilSlotIsSyncedAsync() => Eventually.TrueAsync(
        async () =>
        {
            // Without one the slot's restart position stays behind the standby's, and is not taken over.
            await Test.Database.ExecuteAsync("SELECT pg_log_standby_snapshot()");
            return await StandbyDatabase.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '{Test.Slot}' AND synced AND failover AND NOT temporary AND invalidation_reason IS NULL)");
        },
        "the slot is synchronised",
        120);

    public async Task PromoteAsync()
    {
        await Standby.ExecuteAsync("SELECT pg_promote(true, 60)");
        await Eventually.TrueAsync(async () => !await StandbyDatabase.ScalarAsync<bool>("SELECT pg_is_in_recovery()"), "the standby is promoted");
    }

    public (string, string) NewSource => ("Source:ConnectionString", StandbyDatabase.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        await Standby.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    private async Task CopyAsync()
    {
        await Primary.StopAsync();
        await Standby.StopAsync();
        ServerAccount account = await ServerAccount.ChooseAsync(CancellationToken.None);
        CommandLine.Outcome copied = await CommandLine.RunAsync(
            account.Command("/bin/sh", "-c", "rm -rf \"$2\" && cp -a \"$1\" \"$2\"", "sh", Primary.DataDirectory, Standby.DataDirectory), "/", CancellationToken.None);
        Assert.True(copied.ExitCode == 0, copied.Output);
        await File.AppendAllLinesAsync(Path.Combine(Standby.DataDirectory, "postgresql.conf"),
        [
            $"unix_socket_directories = '{Standby.SocketDirectory}'",
            $"primary_conninfo = 'host=127.0.0.1 port={Primary.Port} user=postgres dbname={Test.Database.Name}'",
            $"primary_slot_name = '{PhysicalSlot}'",
            "sync_replication_slots = on",
            "hot_standby_feedback = on",
        ]);
        await File.WriteAllTextAsync(Path.Combine(Standby.DataDirectory, "standby.signal"), "");
        await account.OwnAsync(Standby.DataDirectory, CancellationToken.None);
        await Primary.StartAsync();
    }
}

/// <summary>A test that needs a server with failover slots.</summary>
internal sealed class FailoverFactAttribute : FactAttribute
{
    public FailoverFactAttribute() => Skip = StandbyPair.Installation is null ? StandbyPair.WhySkipped : null;
}
