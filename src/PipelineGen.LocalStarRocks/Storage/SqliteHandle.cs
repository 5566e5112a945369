using System.Text;
using SQLitePCL;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>One SQLite connection, used by one caller at a time.</summary>
internal sealed class SqliteHandle : IDisposable
{
    private readonly sqlite3 _db;

    static SqliteHandle() => Batteries_V2.Init();

    public SqliteHandle(string path, bool durable)
    {
        int rc = raw.sqlite3_open_v2(path, out _db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (rc != raw.SQLITE_OK)
        {
            throw new IOException($"Can't open {path}: {raw.sqlite3_errstr(rc).utf8_to_string()}");
        }

        // Only recovery and checkpoints can collide with a reader in WAL mode; both are short.
        raw.sqlite3_busy_timeout(_db, 60_000);
        raw.sqlite3_limit(_db, raw.SQLITE_LIMIT_SQL_LENGTH, 1 << 28);
        Execute("PRAGMA journal_mode=WAL");
        Execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        Execute("PRAGMA cache_size=-65536");
        Execute("PRAGMA case_sensitive_like=ON");
        SqliteFunctions.Register(_db);
    }

    public long Changes => raw.sqlite3_changes(_db);

    public SqliteStatement Prepare(string sql)
    {
        int rc = raw.sqlite3_prepare_v2(_db, sql, out sqlite3_stmt statement);
        return rc == raw.SQLITE_OK ? new SqliteStatement(_db, statement) : throw Failure(_db, sql);
    }

    public void Execute(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    public void Dispose() => raw.sqlite3_close_v2(_db);

    internal static InvalidOperationException Failure(sqlite3 db, string sql) =>
        new($"SQLite: {raw.sqlite3_errmsg(db).utf8_to_string()} in: {sql}");
}

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class SqliteStatement(sqlite3 db, sqlite3_stmt statement) : IDisposable
{
    public int ColumnCount => raw.sqlite3_column_count(statement);

    public bool Step()
    {
        int rc = raw.sqlite3_step(statement);
        return rc switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw SqliteHandle.Failure(db, raw.sqlite3_sql(statement).utf8_to_string()),
        };
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public void Bind(int i, long value) => raw.sqlite3_bind_int64(statement, i, value);

    public void Bind(int i, double value) => raw.sqlite3_bind_double(statement, i, value);

    public void BindNull(int i) => raw.sqlite3_bind_null(statement, i);

    public void Bind(int i, string value) => BindText(i, Encoding.UTF8.GetBytes(value));

    // An empty span has a null pointer, which SQLite binds as NULL: empty values take the other way in.
    public void BindText(int i, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            raw.sqlite3_bind_text(statement, i, "");
        }
        else
        {
            raw.sqlite3_bind_text(statement, i, utf8);
        }
    }

    public void BindBlob(int i, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            raw.sqlite3_bind_zeroblob(statement, i, 0);
        }
        else
        {
            raw.sqlite3_bind_blob(statement, i, bytes);
        }
    }

    public bool IsNull(int i) => raw.sqlite3_column_type(statement, i) == raw.SQLITE_NULL;

    public bool IsInteger(int i) => raw.sqlite3_column_type(statement, i) == raw.SQLITE_INTEGER;

    public bool IsReal(int i) => raw.sqlite3_column_type(statement, i) == raw.SQLITE_FLOAT;

    public long Integer(int i) => raw.sqlite3_column_int64(statement, i);

    public double Real(int i) => raw.sqlite3_column_double(statement, i);

    /// <summary>Text or blob as bytes, NULs included. Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int i) => raw.sqlite3_column_blob(statement, i);

    public string Text(int i) => Encoding.UTF8.GetString(Bytes(i));

    public void Dispose() => raw.sqlite3_finalize(statement);
}
