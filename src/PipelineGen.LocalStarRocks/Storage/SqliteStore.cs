using System.Collections.Concurrent;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>
/// The embedded database: one writer at a time behind a gate, any number of readers, each seeing committed rows only
/// (WAL). Nobody meets "database is locked", since SQLite never sees two writers.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    private readonly string _path;
    private readonly bool _temporary;
    private readonly SqliteHandle _writer;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentBag<SqliteHandle> _readers = [];
    private volatile bool _disposed;

    /// <param name="file">Null: rows live in a temporary file that goes with the store. SQLite's shared in-memory databases let readers block writers.</param>
    public SqliteStore(string? file)
    {
        _temporary = file is null;
        _path = file ?? Path.Combine(Path.GetTempPath(), $"local-starrocks-{Guid.NewGuid():N}.db");
        _writer = new SqliteHandle(_path, durable: !_temporary);
        _writer.Execute("CREATE TABLE IF NOT EXISTS sr_databases (name TEXT PRIMARY KEY)");
        _writer.Execute("CREATE TABLE IF NOT EXISTS sr_tables (id INTEGER PRIMARY KEY AUTOINCREMENT, db TEXT, name TEXT, definition TEXT, UNIQUE (db, name))");
        _writer.Execute("CREATE TABLE IF NOT EXISTS sr_column_ids (table_id INTEGER, name TEXT, id TEXT, PRIMARY KEY (table_id, name)) WITHOUT ROWID");
        _writer.Execute("CREATE TABLE IF NOT EXISTS sr_auto_increment (table_id INTEGER PRIMARY KEY, next INTEGER)");
        _writer.Execute("CREATE TABLE IF NOT EXISTS sr_alter_jobs (id INTEGER PRIMARY KEY, db TEXT, table_id INTEGER, name TEXT, created INTEGER, finished INTEGER, watermark INTEGER, version INTEGER, state TEXT, msg TEXT, target TEXT)");
    }

    /// <summary>Runs <paramref name="work"/> in one transaction; an exception rolls it back.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteHandle, T> work, CancellationToken ct) => WriteAsync(work, static _ => { }, ct);

    /// <summary>The same; <paramref name="committed"/> runs after the commit and before the next writer.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteHandle, T> work, Action<T> committed, CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _writer.Execute("BEGIN IMMEDIATE");
            T result;
            try
            {
                result = work(_writer);
                _writer.Execute("COMMIT");
            }
            catch
            {
                _writer.Execute("ROLLBACK");
                throw;
            }

            committed(result);
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    public SqliteHandle RentReader() => _readers.TryTake(out SqliteHandle? reader) ? reader : new SqliteHandle(_path, durable: false);

    public void Return(SqliteHandle reader)
    {
        if (_disposed)
        {
            reader.Dispose();
        }
        else
        {
            _readers.Add(reader);
        }
    }

    public void Dispose()
    {
        _gate.Wait();
        _disposed = true;
        _gate.Release();
        while (_readers.TryTake(out SqliteHandle? reader))
        {
            reader.Dispose();
        }

        _writer.Dispose();
        if (_temporary)
        {
            foreach (string suffix in (string[])["", "-wal", "-shm"])
            {
                File.Delete(_path + suffix);
            }
        }
    }
}
