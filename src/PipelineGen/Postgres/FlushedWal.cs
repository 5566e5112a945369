using Npgsql;

namespace PipelineGen.Postgres;

/// <summary>Which part of the WAL is durable on the source.</summary>
internal static class FlushedWal
{
    private const string Flushed = "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text";

    private const string Written = "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text";

    /// <summary>
    /// Waits until every commit below <paramref name="position"/> is flushed, and returns a position that none of them is
    /// above: <paramref name="position"/> itself, or less.
    /// </summary>
    /// <remarks>
    /// Flushed up to the position is enough, and is what a busy server shows at once. On a quiet one the last WAL page may hold
    /// records that nobody commits, and stays unflushed for as long as nobody writes; a walsender gets no further either. But
    /// the WAL writer flushes up to the last asynchronous commit within three times wal_writer_delay (PostgreSQL documentation,
    /// "Asynchronous Commit"), and a synchronous one flushes itself: after that time, what is unflushed is no commit.
    /// </remarks>
    public static async Task<Lsn> WaitAsync(NpgsqlConnection connection, Lsn position, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        TimeSpan? bound = null;
        while (true)
        {
            bool isLast = bound is { } limit && time.GetElapsedTime(begun) > limit;
            Lsn flushed = Lsn.Parse((string)(await ScalarAsync(connection, Flushed, cancellationToken).ConfigureAwait(false))!);
            if (flushed >= position)
                return position;
            // A WAL writer that is stuck in its fsync has written what it has not flushed: a commit may be in that.
            if (isLast && flushed >= Lsn.Parse((string)(await ScalarAsync(connection, Written, cancellationToken).ConfigureAwait(false))!))
                return flushed;
            bound ??= TimeSpan.FromMilliseconds(3 * (int)(await ScalarAsync(connection, "SELECT setting::int4 FROM pg_settings WHERE name = 'wal_writer_delay'", cancellationToken).ConfigureAwait(false))!);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
