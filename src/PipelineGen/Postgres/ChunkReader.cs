using System.Buffers;
using System.Buffers.Binary;
using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>Told of a row that a policy keeps out of its table. The tuple is valid during the call.</summary>
public delegate void RejectedRow(TupleReader tuple, RowRejection rejection);

/// <summary>Adds to an error which row it was met in.</summary>
public delegate ColumnValueException LocatedError(TupleReader tuple, ColumnValueException error);

/// <summary>
/// One chunk: a transaction that holds its snapshot still, what it saw, and its rows as binary COPY
/// (POSTGRES.md, section 2).
/// </summary>
public sealed class ChunkReader : IAsyncDisposable
{
    /// <summary>PGCOPY, a newline, 0xFF, CR LF, zero; then int32 flags and int32 extension length (COPY documentation).</summary>
    private const int HeaderLength = 19;

    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0];

    private readonly NpgsqlConnection _connection;
    private readonly TableLayout _table;
    private readonly NpgsqlTransaction _transaction;
    private readonly bool[] _binary;
    private string _condition = "true";

    private ChunkReader(NpgsqlConnection connection, NpgsqlTransaction transaction, TableLayout table, bool allText)
    {
        _binary = [.. table.Columns.Select(c => c.ReadsBinary && !allText)];
        _connection = connection;
        _transaction = transaction;
        _table = table;
    }

    /// <summary>S: the transactions that the chunk sees.</summary>
    public required TransactionSnapshot Snapshot { get; init; }

    /// <summary>F: a WAL position read after S. What commits at or above it is not seen by S.</summary>
    public required Lsn Fence { get; set; }

    /// <summary>The table's shape as the chunk's own snapshot sees it.</summary>
    public required SourceShape Shape { get; init; }

    /// <summary>Whether there is no row for S in what was chosen: there is nothing to load then.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>The chunk's transaction, for questions to its snapshot before the rows are read.</summary>
    internal NpgsqlConnection Connection => _connection;

    /// <summary>The planner's row estimate, for progress only; -1 when it has none.</summary>
    public required long EstimatedRows { get; init; }

    /// <param name="allText">Whether the server prints every column as text, also those that the codecs read in binary.</param>
    /// <param name="imported">A snapshot that another connection has exported and holds; null for one of its own.</param>
    /// <exception cref="SourceException">The table is gone, or no longer what was compiled.</exception>
    /// <exception cref="PostgresException">55P03: with <paramref name="imported"/>, when somebody waits for the table before us.</exception>
    public static async Task<ChunkReader> OpenAsync(NpgsqlDataSource source, TableLayout table, bool allText, string? imported, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            string name = SourceNames.QuoteTable(table.Schema, table.Name);
            // The lock comes before the first statement that takes the snapshot: TRUNCATE and rewriting ALTERs are not
            // MVCC-safe, and a snapshot older than one of them would see an empty or foreign table (F6). An imported snapshot is
            // taken already, by a transaction that holds the lock.
            string import = imported is null ? "" : $"SET TRANSACTION SNAPSHOT {SourceNames.QuoteLiteral(imported)}; SET LOCAL lock_timeout = '1s'; ";
            // Somebody who waits for that transaction's lock would let this one wait for ever.
            string unlimited = imported is null ? "" : "; SET LOCAL lock_timeout = 0";
            await ExecuteAsync(connection, $"SET TRANSACTION READ ONLY; {import}LOCK TABLE {name} IN ACCESS SHARE MODE{unlimited}", cancellationToken).ConfigureAwait(false);

            (TransactionSnapshot snapshot, long estimate) = await TakeSnapshotAsync(connection, table, cancellationToken).ConfigureAwait(false);
            // F is read after S, so that nothing S sees has its commit record at or above F.
            Lsn fence = await ReadLsnAsync(connection, $"SELECT {SourceServer.CurrentWalExpression}::text", cancellationToken).ConfigureAwait(false);
            SourceShape shape = await SourceShape.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false)
                ?? throw new SourceException($"{table.FullName} does not exist");
            if (shape.Differences(table) is { Count: > 0 } differences)
                throw new SourceException($"{table.FullName} is not the table that was compiled: {string.Join("; ", differences)}. Run 'pipelinegen catalog pull', review, rebuild");
            return new ChunkReader(connection, transaction, table, allText) { Snapshot = snapshot, Fence = fence, Shape = shape, EstimatedRows = estimate };
        }
        catch
        {
            if (transaction is not null)
                await transaction.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says which rows of the table are read.</summary>
    /// <param name="condition">An SQL predicate over the table's columns.</param>
    public async Task ChooseAsync(string condition, CancellationToken cancellationToken)
    {
        _condition = condition;
        await using var command = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {From} WHERE {condition})", _connection);
        IsEmpty = (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Exports the snapshot for other connections, as long as this one stays open (F12).</summary>
    public async Task<string> ExportAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_export_snapshot()", _connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Pages of the table's own heap; 0 for a partitioned root, which has none.</summary>
    public async Task<long> CountPagesAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_relation_size($1) / current_setting('block_size')::int8", _connection);
        command.Parameters.Add(new NpgsqlParameter<uint> { TypedValue = Shape.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Waits until what the snapshot sees is flushed. With synchronous_commit off a snapshot can see a transaction that a
    /// crash would still undo; its rows must not reach the target before (F15). The fence comes down to what is flushed, so
    /// that a quiet server's stream can pass it.
    /// </summary>
    public async Task WaitForFlushAsync(TimeProvider time, CancellationToken cancellationToken) =>
        Fence = await FlushedWal.WaitAsync(_connection, Fence, time, cancellationToken).ConfigureAwait(false);

    /// <summary>Names the row in errors about its values; null where nobody asks.</summary>
    public LocatedError? Locate { get; set; }

    /// <summary>
    /// Copies the rows once; the snapshot stays, so that it may be called again after a load has failed.
    /// </summary>
    /// <param name="codec">Encodes each row.</param>
    /// <param name="buffer">Receives the encoded rows.</param>
    /// <param name="onRejected">Takes the rows that a policy keeps out; null where no column has one.</param>
    /// <param name="flush">Called whenever <paramref name="buffer"/> holds a good bite; it empties it.</param>
    /// <exception cref="ColumnValueException">A value that can't be carried.</exception>
    public Task CopyAsync(TableCodec codec, LoadBuffer buffer, RejectedRow? onRejected, Func<LoadBuffer, CancellationToken, Task> flush, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flush);
        return CopyAsync(codec, buffer, onRejected, flush, toFirstRow: false, cancellationToken);
    }

    /// <summary>
    /// Whether a row is left when the policies have kept out theirs. Reads up to the first such row; where there is none,
    /// every row was given to <paramref name="onRejected"/>.
    /// </summary>
    /// <exception cref="ColumnValueException">A value that can't be carried.</exception>
    public async Task<bool> HasRowToLoadAsync(TableCodec codec, RejectedRow onRejected, CancellationToken cancellationToken)
    {
        using var buffer = new LoadBuffer();
        await CopyAsync(codec, buffer, onRejected, static (_, _) => Task.CompletedTask, toFirstRow: true, cancellationToken).ConfigureAwait(false);
        return !buffer.IsEmpty;
    }

    private async Task CopyAsync(
        TableCodec codec, LoadBuffer buffer, RejectedRow? onRejected, Func<LoadBuffer, CancellationToken, Task> flush, bool toFirstRow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(buffer);
        const int bite = 1024 * 1024;
        ColumnSlot[] slots = new ColumnSlot[_table.Columns.Count];
        byte[] bytes = ArrayPool<byte>.Shared.Rent(bite);
        // A COPY that is broken off aborts the transaction, and with it the snapshot; a savepoint keeps both.
        await ExecuteAsync(_connection, "SAVEPOINT chunk", cancellationToken).ConfigureAwait(false);
        NpgsqlRawCopyStream copy = await _connection.BeginRawBinaryCopyAsync(CopyStatement(), cancellationToken).ConfigureAwait(false);
        bool complete = false;
        try
        {
            int start = 0;
            int end = 0;
            bool header = false;
            while (!complete)
            {
                if (end == bytes.Length)
                {
                    // The rest is a row's beginning: move it to the front, or make room if a single row is that large.
                    byte[] next = end - start > bytes.Length / 2 ? ArrayPool<byte>.Shared.Rent(checked(bytes.Length * 2)) : bytes;
                    bytes.AsSpan(start, end - start).CopyTo(next);
                    if (next != bytes)
                        ArrayPool<byte>.Shared.Return(bytes);
                    bytes = next;
                    end -= start;
                    start = 0;
                }

                int read = await copy.ReadAsync(bytes.AsMemory(end), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new PgOutputException($"the COPY of {_table.FullName} ended before its trailer");
                end += read;
                if (!header)
                {
                    if (end - start < HeaderLength)
                        continue;
                    start += ReadHeader(bytes.AsSpan(start, end - start));
                    header = true;
                }

                start += EncodeRows(codec, buffer, onRejected, slots, bytes.AsSpan(start, end - start), out complete);
                if (toFirstRow && !buffer.IsEmpty)
                    return;
                if (buffer.Length >= bite)
                    await flush(buffer, cancellationToken).ConfigureAwait(false);
            }

            if (!buffer.IsEmpty)
                await flush(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            // Disposing reads to the end of the COPY; one that failed in the middle is cancelled instead.
            if (!complete)
                await copy.CancelAsync().ConfigureAwait(false);
            await copy.DisposeAsync().ConfigureAwait(false);
            if (!complete && _connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(_connection, "ROLLBACK TO SAVEPOINT chunk", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _transaction.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (SourceFailure.IsTransient(error) || error is InvalidOperationException)
        {
            // A read-only transaction on a broken connection: the server has ended it.
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private string CopyStatement()
    {
        // A column that the codecs read as text only is printed on the server: binary COPY then sends the text's bytes.
        IEnumerable<string> columns = _table.Columns.Select((c, i) => _binary[i] ? SourceNames.QuoteIdentifier(c.Name) : SourceNames.TextOutput(c.Name));
        return $"COPY (SELECT {string.Join(", ", columns)} FROM {From} WHERE {_condition}) TO STDOUT (FORMAT BINARY)";
    }

    // ONLY: children of plain inheritance are tables of their own. A partitioned root holds no row itself.
    private string From => $"{(Shape.Kind == 'p' ? "" : "ONLY ")}{SourceNames.QuoteTable(_table.Schema, _table.Name)}";

    private static int ReadHeader(ReadOnlySpan<byte> bytes)
    {
        if (!bytes[..Signature.Length].SequenceEqual(Signature))
            throw new PgOutputException("a COPY does not begin with the binary signature");
        int extension = BinaryPrimitives.ReadInt32BigEndian(bytes[15..]);
        if (extension != 0)
            throw new PgOutputException("a COPY has a header extension that is not known here");
        return HeaderLength;
    }

    /// <summary>Encodes the complete rows of the span and returns how many bytes they took.</summary>
    private int EncodeRows(TableCodec codec, LoadBuffer buffer, RejectedRow? onRejected, ColumnSlot[] slots, ReadOnlySpan<byte> bytes, out bool complete)
    {
        int at = 0;
        complete = false;
        while (TryReadRow(bytes[at..], slots, out int length, out complete))
        {
            var tuple = new TupleReader(bytes.Slice(at, length), slots);
            RowRejection? rejected;
            try
            {
                rejected = codec.AppendUpsert(tuple, buffer);
            }
            catch (ColumnValueException error) when (Locate is not null)
            {
                throw Locate(tuple, error);
            }

            if (rejected is { } rejection)
            {
                if (onRejected is null)
                    throw new InvalidOperationException($"{rejection.Column} rejects a row, and no column of the layout has that policy");
                onRejected(tuple, rejection);
            }

            at += length;
        }

        return at;
    }

    private bool TryReadRow(ReadOnlySpan<byte> bytes, ColumnSlot[] slots, out int length, out bool complete)
    {
        length = 0;
        complete = false;
        if (bytes.Length < 2)
            return false;
        int count = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (count == -1)
        {
            complete = true;
            return false;
        }

        if (count != slots.Length)
            throw new PgOutputException($"a COPY row of {_table.FullName} has {count} columns, expected {slots.Length}");
        int at = 2;
        for (int i = 0; i < slots.Length; i++)
        {
            if (bytes.Length - at < 4)
                return false;
            int size = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            if (size == -1)
            {
                slots[i] = new ColumnSlot { Format = ColumnFormat.Null };
                continue;
            }

            if (size < 0)
                throw new PgOutputException($"a COPY row of {_table.FullName} has a column of length {size}");
            if (bytes.Length - at < size)
                return false;
            slots[i] = new ColumnSlot { Offset = at, Length = size, Format = _binary[i] ? ColumnFormat.Binary : ColumnFormat.Text };
            at += size;
        }

        length = at;
        return true;
    }

    private static async Task<(TransactionSnapshot Snapshot, long EstimatedRows)> TakeSnapshotAsync(NpgsqlConnection connection, TableLayout table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_current_snapshot()::text, pg_is_in_recovery(), " +
            "(SELECT coalesce(sum(reltuples), -1)::int8 FROM pg_class WHERE relkind = 'r' AND (oid = to_regclass($1) OR oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)))))",
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(table.Schema, table.Name) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (TransactionSnapshot.Parse(reader.GetString(0), reader.GetBoolean(1)), reader.GetInt64(2));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Lsn> ReadLsnAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Lsn.Parse((string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }
}
