using Npgsql;

namespace PipelineGen.Postgres;

/// <summary>A row of pg_replication_slots, as far as it matters here.</summary>
/// <param name="ActivePid">The walsender that streams from it, or null.</param>
/// <param name="ConfirmedFlush">Everything below has been acknowledged; the server forgets it.</param>
/// <param name="RetainedBytes">WAL that the slot keeps from being recycled.</param>
public sealed record ReplicationSlot(
    string Name, string? Plugin, string? Database, int? ActivePid, Lsn ConfirmedFlush, Lsn Restart, string? WalStatus, long RetainedBytes)
{
    private const string Query = """
        SELECT slot_name::text, plugin::text, database::text, active_pid,
               coalesce(confirmed_flush_lsn, '0/0')::text, coalesce(restart_lsn, '0/0')::text, wal_status,
               coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)::int8
        FROM pg_replication_slots WHERE slot_name = $1
        """;

    public static async Task<ReplicationSlot?> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            return null;
        return new ReplicationSlot(
            reader.GetString(0), Text(1), Text(2), reader.IsDBNull(3) ? null : reader.GetInt32(3),
            Lsn.Parse(reader.GetString(4)), Lsn.Parse(reader.GetString(5)), Text(6), reader.GetInt64(7));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>
    /// Creates the slot. The publication must exist before: decoding looks it up as of the change it decodes.
    /// Waits for all older transactions to end (POSTGRES.md, F13).
    /// </summary>
    public static async Task CreateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        SourceNames.RequireSlotName(name);
        await using var command = new NpgsqlCommand("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The transactions that a slot in the making waits for, one line each.</summary>
    public static async Task<IReadOnlyList<string>> FindBlockersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT format('PID %s, user %s, application %s, open for %s: %s', pid, usename, application_name, date_trunc('second', now() - xact_start), left(query, 80))
            FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 10
            """,
            connection);
        var blockers = new List<string>();
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            blockers.Add(reader.GetString(0));
        return blockers;
    }

    /// <exception cref="SourceException">The slot is not one that this pipeline can stream from.</exception>
    public void RequireUsable(string database)
    {
        if (Plugin != "pgoutput")
            throw new SourceException($"replication slot \"{Name}\" belongs to the plugin {Plugin ?? "(physical)"}, not to pgoutput. Give the pipeline another slot name in Source:Slot");
        if (Database != database)
            throw new SourceException($"replication slot \"{Name}\" belongs to database {Database}, not to {database}. Give the pipeline another slot name in Source:Slot");
        if (WalStatus == "lost")
        {
            throw new SourceException(
                $"replication slot \"{Name}\" is lost: the server has removed WAL that it needs (max_slot_wal_keep_size). Changes are missing and the tables must be copied again: " +
                $"SELECT pg_drop_replication_slot('{Name}'), empty the target tables and delete the pipeline's rows from _pipelinegen_progress, then start again");
        }
    }
}
