using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// The transactions that write to a table. One that was streamed but that no snapshot sees yet (POSTGRES.md, F2) still has its
/// locks: it gives them back after it has become visible.
/// </summary>
internal static class SourceWriters
{
    /// <summary>
    /// Who has written to the table, or to a partition of it, and has not ended. A session that waits for its client's next
    /// statement has not begun to commit, so that nothing of it was streamed.
    /// </summary>
    private const string Query = """
        SELECT DISTINCT l.virtualtransaction FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.granted
          AND l.relation IN (SELECT $1::regclass::oid UNION SELECT relid::oid FROM pg_partition_tree($1::regclass))
          AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') AND l.pid IS DISTINCT FROM pg_backend_pid()
          AND a.state IS DISTINCT FROM 'idle in transaction' AND a.state IS DISTINCT FROM 'idle in transaction (aborted)'
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until those who write now have ended; false when one has not within the time.</summary>
    public static async Task<bool> OutlastAsync(NpgsqlConnection connection, TableLayout layout, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        HashSet<string> writers = await FindAsync(connection, layout, cancellationToken).ConfigureAwait(false);
        while (writers.Count > 0)
        {
            if (time.GetElapsedTime(begun) > limit)
                return false;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            writers.IntersectWith(await FindAsync(connection, layout, cancellationToken).ConfigureAwait(false));
        }

        return true;
    }

    private static async Task<HashSet<string>> FindAsync(NpgsqlConnection connection, TableLayout layout, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SourceNames.QuoteTable(layout.Schema, layout.Name) });
        var writers = new HashSet<string>(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            writers.Add(reader.GetString(0));
        return writers;
    }
}
