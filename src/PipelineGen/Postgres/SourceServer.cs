using Npgsql;

namespace PipelineGen.Postgres;

/// <summary>What a source server says of itself.</summary>
/// <param name="Version">server_version_num: 150018.</param>
/// <param name="CanReplicate">Whether the role has REPLICATION or is superuser.</param>
/// <param name="CurrentWal">The WAL insert position (replay position on a standby).</param>
/// <param name="Snapshot">A snapshot taken now: the reference for widening transaction ids.</param>
public sealed record SourceServer(
    int Version, string Database, string WalLevel, bool IsRecovery, bool CanReplicate, string Encoding, Lsn CurrentWal, TransactionSnapshot Snapshot)
{
    /// <summary>The oldest major version that sends pgoutput's binary format.</summary>
    public const int OldestMajor = 14;

    /// <summary>WAL position: pg_last_wal_replay_lsn() only ever behind pg_is_in_recovery() (POSTGRES.md 3.9).</summary>
    internal const string CurrentWalExpression = "(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)";

    private const string Query = $"""
        SELECT current_setting('server_version_num')::int4, current_database()::text, current_setting('wal_level'), pg_is_in_recovery(),
               (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user), current_setting('server_encoding'),
               {CurrentWalExpression}::text, pg_current_snapshot()::text
        """;

    public static async Task<SourceServer> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        bool recovery = reader.GetBoolean(3);
        return new SourceServer(
            reader.GetInt32(0), reader.GetString(1), reader.GetString(2), recovery, !reader.IsDBNull(4) && reader.GetBoolean(4), reader.GetString(5),
            Lsn.Parse(reader.GetString(6)), TransactionSnapshot.Parse(reader.GetString(7), recovery));
    }

    /// <exception cref="SourceException">A setting or right without which nothing can be streamed.</exception>
    public void RequireStreamable()
    {
        if (Version / 10000 < OldestMajor)
            throw new SourceException($"the server is Postgres {Version / 10000}; logical replication in binary format needs {OldestMajor} or later");
        if (IsRecovery)
            throw new SourceException("the server is a standby in recovery: its snapshots don't tell which transactions they see (PostgreSQL leaves their list empty), so that a copy could not be exact. Connect to the primary");
        if (WalLevel != "logical")
            throw new SourceException($"wal_level is '{WalLevel}' and must be 'logical': ALTER SYSTEM SET wal_level = 'logical', then restart the server");
        if (!CanReplicate)
            throw new SourceException("the role lacks the REPLICATION attribute: ALTER ROLE ... REPLICATION (as a superuser)");
        // Every other encoding is converted by the server, since client_encoding is UTF8.
        if (Encoding == "SQL_ASCII")
            throw new SourceException("the database's encoding is SQL_ASCII: its text may be any bytes and can't be carried as UTF-8");
    }
}
