using System.Globalization;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Sets a server's transaction counter where a test wants it. Before it has databases and slots.</summary>
internal static class TransactionIds
{
    /// <summary>Ids of epoch 0.</summary>
    public const ulong Epoch = 1UL << 32;

    /// <summary>Ids whose states one file of the commit log has.</summary>
    private const uint IdsOfSegment = 1024 * 1024;

    private const int SegmentBytes = 256 * 1024;

    public static Task SetEpochAsync(ThrowawayPostgres server, uint epoch) => ResetAsync(server, "-e", epoch.ToString(CultureInfo.InvariantCulture));

    /// <summary>The next id is so many below the end of epoch 0.</summary>
    public static async Task MoveToEndOfEpochAsync(ThrowawayPostgres server, uint before)
    {
        // In steps that are less than half of the ids: what is older must be frozen before it would count as the future.
        foreach (uint next in (uint[])[1_500_000_000, 3_000_000_000, (uint)(Epoch - before)])
        {
            await FabricateCommitLogAsync(server, next);
            await ResetAsync(server, "-x", next.ToString(CultureInfo.InvariantCulture));
            await FreezeAsync(server);
        }
    }

    /// <summary>Uses up ids until the next one is this.</summary>
    public static Task BurnAsync(TestDatabase database, ulong upTo) => database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
        DO $$
        BEGIN
            WHILE pg_snapshot_xmax(pg_current_snapshot())::text::numeric < {upTo} LOOP
                PERFORM pg_current_xact_id();
                COMMIT;
            END LOOP;
        END $$
        """));

    /// <summary>As the documentation of pg_resetwal has it: the file that the next id lies in must be there, of zeros.</summary>
    private static async Task FabricateCommitLogAsync(ThrowawayPostgres server, uint next)
    {
        await server.StopAsync();
        string file = Path.Combine(server.DataDirectory, "pg_xact", (next / IdsOfSegment).ToString("X4", CultureInfo.InvariantCulture));
        if (File.Exists(file))
            return;
        await File.WriteAllBytesAsync(file, new byte[SegmentBytes]);
        await (await ServerAccount.ChooseAsync(CancellationToken.None)).OwnAsync(file, CancellationToken.None);
    }

    private static async Task ResetAsync(ThrowawayPostgres server, params string[] arguments)
    {
        await server.StopAsync();
        ServerAccount account = await ServerAccount.ChooseAsync(CancellationToken.None);
        CommandLine.Outcome outcome = await CommandLine.RunAsync(
            account.Command([Path.Combine(server.BinaryDirectory, "pg_resetwal"), .. arguments, "-D", server.DataDirectory]), "/", CancellationToken.None);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        await server.StartAsync();
    }

    private static async Task FreezeAsync(ThrowawayPostgres server)
    {
        await server.ExecuteAsync("ALTER DATABASE template0 ALLOW_CONNECTIONS true");
        foreach (string database in new[] { "template0", "template1", "postgres" })
        {
            await using var connection = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionStringFor(database)) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var freeze = new Npgsql.NpgsqlCommand("VACUUM (FREEZE)", connection) { CommandTimeout = 120 };
            await freeze.ExecuteNonQueryAsync();
        }
    }
}
