using Npgsql.Replication;

namespace PipelineGen.Postgres;

/// <summary>Which cluster a connection string leads to.</summary>
internal static class SourceIdentity
{
    /// <summary>The system identifier, by IDENTIFY_SYSTEM: any role that may replicate can ask.</summary>
    public static async Task<string> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new LogicalReplicationConnection(SourceSession.ForReplication(connectionString));
        await connection.Open(cancellationToken).ConfigureAwait(false);
        return (await connection.IdentifySystem(cancellationToken).ConfigureAwait(false)).SystemId;
    }
}
