using Npgsql;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests;

/// <summary>A database of one test. Disposing it drops its replication slots and then itself, whoever is still connected.</summary>
public sealed class TestDatabase(ThrowawayPostgres server, string name) : IAsyncDisposable
{
    public string Name { get; } = name;

    public string ConnectionString { get; } = server.ConnectionStringFor(name);

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of the first row, converted.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return await reader.GetFieldValueAsync<T>(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!server.IsRunning)
            return;
        await using (var own = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(own);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        // FORCE ends sessions, but a logical slot keeps its database from being dropped, and an active slot itself.
        await using var drop = new NpgsqlCommand($"""
            DO $$
            DECLARE slot record;
            BEGIN
                FOR slot IN SELECT slot_name FROM pg_replication_slots WHERE database = '{Name}' LOOP
                    PERFORM pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = slot.slot_name AND active;
                    PERFORM pg_drop_replication_slot(slot.slot_name);
                END LOOP;
            END $$
            """, connection);
        await drop.ExecuteNonQueryAsync();
        await using var dropDatabase = new NpgsqlCommand($"DROP DATABASE {Name} WITH (FORCE)", connection);
        await dropDatabase.ExecuteNonQueryAsync();
    }
}
