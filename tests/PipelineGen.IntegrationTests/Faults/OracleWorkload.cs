using Npgsql;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// Several writers, until they are told to stop: each transaction's statements are drawn from seed, writer and number, whatever
/// became of those before it. What a writer meets (a taken key, a deadlock, a server that goes down) ends that transaction only.
/// </summary>
internal sealed class OracleWorkload(string connectionString, int seed, int writers)
{
    /// <summary>No statement waits for longer: a suspended pipeline's copy may hold its lock while a TRUNCATE queues before everybody.</summary>
    private const string Session = "SET lock_timeout = '1500ms'; SET statement_timeout = '8s'; SET idle_in_transaction_session_timeout = '20s'";

    private int _committed;
    private int _rolledBack;
    private int _failed;

    /// <summary>Transactions of which the server has said that they are committed.</summary>
    public int Committed => Volatile.Read(ref _committed);

    /// <summary>Those that ended in a ROLLBACK of their own.</summary>
    public int RolledBack => Volatile.Read(ref _rolledBack);

    /// <summary>Those that an error ended, so that they were rolled back, or nobody knows.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, writers).Select(writer => WriteAsync(writer, stop)));

    private async Task WriteAsync(int writer, CancellationToken stop)
    {
        NpgsqlConnection? connection = null;
        for (int number = 0; !stop.IsCancellationRequested; number++)
        {
            Random random = OracleDraws.Generator(seed, stream: 2 + writer + (number * 16));
            try
            {
                connection ??= await OpenAsync();
                bool committed = await RunOneAsync(connection, random);
                Interlocked.Increment(ref committed ? ref _committed : ref _rolledBack);
            }
            catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
            {
                Interlocked.Increment(ref _failed);
                if (connection is not null)
                    await connection.DisposeAsync();
                connection = null;
                await PauseAsync(100, stop);
            }

            await PauseAsync(random.Next(3) == 0 ? random.Next(60) : random.Next(8), stop);
        }

        if (connection is not null)
            await connection.DisposeAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "oracle writer", Timeout = 5 }.ConnectionString);
        try
        {
            await connection.OpenAsync();
            await ExecuteAsync(connection, Session);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether it committed.</summary>
    private static async Task<bool> RunOneAsync(NpgsqlConnection connection, Random random)
    {
        await ExecuteAsync(connection, "BEGIN");
        // Seen by a snapshot before its commit record is flushed, and lost when the server crashes in between (POSTGRES.md, F15).
        if (random.Next(7) == 0)
            await ExecuteAsync(connection, "SET LOCAL synchronous_commit = off");
        await WorkAsync(connection, random);
        bool commit = random.Next(12) > 0;
        await ExecuteAsync(connection, commit ? "COMMIT" : "ROLLBACK");
        return commit;
    }

    private static async Task WorkAsync(NpgsqlConnection connection, Random random)
    {
        switch (random.Next(200))
        {
            case 0:
                await ExecuteAsync(connection, OracleStatements.Truncate(random));
                await SeveralAsync(connection, random, random.Next(0, 20));
                break;
            case < 4:
                await ExecuteAsync(connection, OracleStatements.Large(random));
                await SeveralAsync(connection, random, random.Next(0, 3));
                break;
            case < 6:
                // Under way for longer than a chunk's snapshot and its read.
                await SeveralAsync(connection, random, 2);
                await ExecuteAsync(connection, $"SELECT pg_sleep({random.Next(100, 600)} / 1000.0)");
                await SeveralAsync(connection, random, 2);
                break;
            case < 30:
                await NestAsync(connection, random, depth: 1);
                break;
            case < 50:
                await SeveralAsync(connection, random, random.Next(20, 60));
                break;
            default:
                await SeveralAsync(connection, random, random.Next(1, 5));
                break;
        }
    }

    private static async Task SeveralAsync(NpgsqlConnection connection, Random random, int statements)
    {
        for (int i = 0; i < statements; i++)
            await ExecuteAsync(connection, OracleStatements.Small(random));
    }

    /// <summary>Subtransactions in subtransactions; some are undone, some large enough to be streamed before they are.</summary>
    private static async Task NestAsync(NpgsqlConnection connection, Random random, int depth)
    {
        await SeveralAsync(connection, random, random.Next(0, 3));
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            await ExecuteAsync(connection, $"SAVEPOINT s{depth}");
            if (depth < 4 && random.Next(3) == 0)
                await NestAsync(connection, random, depth + 1);
            else if (random.Next(20) == 0)
                await ExecuteAsync(connection, OracleStatements.Large(random));
            else
                await SeveralAsync(connection, random, random.Next(1, 12));
            // Neither: it stays open until one above it ends.
            switch (random.Next(5))
            {
                case 0 or 1:
                    await ExecuteAsync(connection, $"ROLLBACK TO s{depth}");
                    break;
                case 2 or 3:
                    await ExecuteAsync(connection, $"RELEASE s{depth}");
                    break;
            }

            await SeveralAsync(connection, random, random.Next(0, 2));
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task PauseAsync(int milliseconds, CancellationToken stop) =>
        await Task.Delay(milliseconds, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
