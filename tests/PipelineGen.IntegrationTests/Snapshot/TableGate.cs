using Npgsql;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>
/// Holds a table's copy still between two chunks: a lock that a chunk waits for. While it is held no chunk of the table is in
/// flight, since a chunk holds its own lock until its range is loaded.
/// </summary>
internal sealed class TableGate : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly string _table;
    private NpgsqlConnection _holder;

    private TableGate(TestDatabase database, string table, NpgsqlConnection holder)
    {
        _database = database;
        _table = table;
        _holder = holder;
    }

    /// <summary>Waits for the chunk that is under way, and lets no other begin.</summary>
    public static async Task<TableGate> CloseAsync(TestDatabase database, string table)
    {
        NpgsqlConnection holder = await BeginAsync(database);
        await ExecuteAsync(holder, Lock(table));
        return new TableGate(database, table, holder);
    }

    /// <summary>Within the transaction that holds the lock.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(_holder, sql);

    /// <summary>The transaction that holds the lock.</summary>
    public async Task<ulong> XidAsync()
    {
        await using var command = new NpgsqlCommand("SELECT pg_current_xact_id()::text", _holder);
        return ulong.Parse((string)(await command.ExecuteScalarAsync())!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Commits, lets whoever waits for the table through, and closes again: the next lock stands in the queue already.</summary>
    public async Task StepAsync()
    {
        await Eventually.TrueAsync(() => WaitsAsync("AccessShareLock"), $"a chunk of {_table} waits", 60);
        NpgsqlConnection next = await BeginAsync(_database);
        Task locking = ExecuteAsync(next, Lock(_table));
        await Eventually.TrueAsync(() => WaitsAsync("AccessExclusiveLock"), $"the next lock on {_table} waits");
        await OpenAsync();
        await locking.WaitAsync(TimeSpan.FromSeconds(60));
        _holder = next;
    }

    /// <summary>Commits.</summary>
    public async Task OpenAsync()
    {
        await ExecuteAsync("COMMIT");
        await _holder.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private static string Lock(string table) => $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE";

    private static async Task<NpgsqlConnection> BeginAsync(TestDatabase database)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        // Whoever sets synchronous_standby_names does not mean these.
        await ExecuteAsync(connection, "SET synchronous_commit = local; BEGIN");
        return connection;
    }

    private Task<bool> WaitsAsync(string mode) =>
        _database.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '{_table}'::regclass AND mode = '{mode}' AND NOT granted)");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
