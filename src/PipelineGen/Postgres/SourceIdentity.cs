using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.Replication;
using PipelineGen.Telemetry;

namespace PipelineGen.Postgres;

/// <summary>Which cluster a connection string leads to, and on which timeline that is: a promotion begins a new one.</summary>
/// <param name="System">The system identifier, which primary and standbys share.</param>
internal sealed record SourceIdentity(string System, uint Timeline)
{
    /// <summary>By IDENTIFY_SYSTEM: any role that may replicate can ask.</summary>
    public static async Task<SourceIdentity> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new LogicalReplicationConnection(SourceSession.ForReplication(connectionString));
        await connection.Open(cancellationToken).ConfigureAwait(false);
        ReplicationSystemIdentification system = await connection.IdentifySystem(cancellationToken).ConfigureAwait(false);
        return new SourceIdentity(system.SystemId, system.Timeline);
    }

    /// <summary>
    /// What is wrong with going on at a position of another timeline; null when the server has been there. A server that was
    /// promoted before it had that position writes other changes at the same places, and soon its WAL is as long as the
    /// former primary's: its end alone tells nothing (POSTGRES.md, section 3, rule 8).
    /// </summary>
    /// <param name="timeline">On which the server is.</param>
    /// <param name="former">On which <paramref name="position"/> was reached; 0 where that is not known.</param>
    public static async Task<string?> FindGapAsync(NpgsqlDataSource source, uint timeline, uint former, Lsn position, ILogger logger, CancellationToken cancellationToken)
    {
        if (former == 0 || timeline == former)
            return null;
        // Not by TIMELINE_HISTORY: Npgsql 10 can't read its answer from Postgres 15 on, where the content is text and not bytea.
        await using NpgsqlCommand command = source.CreateCommand("SELECT coalesce(pg_read_file('pg_wal/' || upper(lpad(to_hex($1), 8, '0')) || '.history', 0, 1000000, true), '')");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)timeline });
        try
        {
            return FindGap((string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!, timeline, former, position);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            Log.TimelineUnknown(logger, former, timeline, position.ToString());
            return null;
        }
    }

    /// <param name="history">The file that Postgres keeps of a timeline: each earlier one, and where it was left.</param>
    internal static string? FindGap(string history, uint timeline, uint former, Lsn position)
    {
        foreach (string line in history.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint left) || left != former)
                continue;
            var end = Lsn.Parse(parts[1]);
            return end >= position ? null : $"the server is on timeline {timeline}, which left timeline {former} at {end}, before the position {position}: it is a standby that was promoted without the last changes, or was restored to an earlier time";
        }

        return $"the server is on timeline {timeline}, which does not come from timeline {former} of the position {position}: it is a standby that was promoted without the last changes, or was restored to an earlier time";
    }
}
