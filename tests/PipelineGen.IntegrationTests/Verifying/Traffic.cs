using Npgsql;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary>
/// Writers that go on until they are disposed of: over the tests' tables, on keys of their own (ids 1 to 300), so that planted
/// differences elsewhere stay what they are.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _writers;
    private readonly string _connectionString;
    private int _committed;

    public Traffic(string connectionString, int seed, int writers = 3)
    {
        _connectionString = connectionString;
        _writers = [.. Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(new Random(seed + writer))))];
    }

    public int Committed => Volatile.Read(ref _committed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
        _stop.Dispose();
    }

    private async Task WriteAsync(Random random)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
                for (int left = random.Next(1, 6); left > 0; left--)
                {
                    await using var command = new NpgsqlCommand(Statement(random), connection);
                    await command.ExecuteNonQueryAsync();
                }

                await transaction.CommitAsync();
                Interlocked.Increment(ref _committed);
            }
            catch (PostgresException error) when (error.SqlState is "23505" or "40P01")
            {
                // A key that is taken, or a deadlock.
            }

            // Both cores are needed for more than this.
            await Task.Delay(random.Next(10));
        }
    }

    private static string Statement(Random random)
    {
        int id = random.Next(1, 300);
        int other = random.Next(1, 300);
        string uuid = $"00000000-0000-4000-9000-{id:000000000000}";
        return random.Next(12) switch
        {
            0 or 1 => $"INSERT INTO notes VALUES ({id}, 't{random.Next()}', NULL, {id}, now()) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
            2 => $"DELETE FROM notes WHERE id = {id}",
            3 => $"UPDATE notes SET id = {other} WHERE id = {id} AND NOT EXISTS (SELECT FROM notes WHERE id = {other})",
            // Forth and back: the same values in another version.
            4 => $"UPDATE notes SET amount = CASE amount WHEN 1 THEN 2 ELSE 1 END WHERE id BETWEEN {id} AND {id + 20}",
            5 => $"INSERT INTO documents VALUES ({id}, 't', repeat('{(char)('a' + random.Next(26))}', 3000), NULL, NULL) ON CONFLICT (id) DO UPDATE SET title = 't{random.Next()}'",
            6 => $"DELETE FROM documents WHERE id = {id}",
            7 => $"INSERT INTO readings VALUES ('moving {id % 50}', '2024-01-01', {random.Next()}, NULL) ON CONFLICT (station, taken_at) DO UPDATE SET value = excluded.value",
            8 => $"DELETE FROM readings WHERE station = 'moving {id % 50}'",
            9 => $"INSERT INTO archive VALUES ('{uuid}', 'b{random.Next()}', NULL) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            10 => $"INSERT INTO events VALUES ({id}, date '2024-07-01' + {random.Next(400)}, 't') ON CONFLICT DO NOTHING",
            _ => $"INSERT INTO clicks SELECT now(), 'moving', {random.Next(100)}, {id} FROM generate_series(1, {random.Next(1, 4)})",
        };
    }
}
