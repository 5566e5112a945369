using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>What is durable of a table.</summary>
/// <param name="State">waiting, copying or copied.</param>
public sealed record TableStatus(string Table, string State, long RowsCopied);

/// <summary>A pipeline seen from outside: its durable state and its slot. Needs no running process, and disturbs none.</summary>
public sealed record PipelineStatus(
    string Pipeline, string Slot, string SlotState, string SourcePosition, string? DurablePosition, long? LagBytes, long? RetainedBytes, IReadOnlyList<TableStatus> Tables)
{
    public static async Task<PipelineStatus> ReadAsync(
        PipelineDefinition definition, PipelineOptions options, StarRocksOptions target, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(SourceSession.ForQueries(options.SourceConnectionString));
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        SourceServer server = await SourceServer.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        ReplicationSlot? slot = await ReplicationSlot.FindAsync(connection, options.Slot, cancellationToken).ConfigureAwait(false);

        StoredProgress progress = StoredProgress.None;
        await using var sql = new SqlClient(target, withoutDatabase: true, time);
        if (await new TargetSchema(sql).ReadAsync(target.Database, ProgressStore.Table, cancellationToken).ConfigureAwait(false) is not null)
        {
            await using var inDatabase = new SqlClient(target, time: time);
            progress = await new ProgressStore(inDatabase, definition.Name, time).ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        string slotState = slot switch
        {
            null => "does not exist",
            { ActivePid: { } pid } => $"active, PID {pid}, confirmed {slot.ConfirmedFlush}",
            _ => $"inactive, confirmed {slot.ConfirmedFlush}",
        };
        return new PipelineStatus(
            definition.Name, options.Slot, slotState, server.CurrentWal.ToString(), progress.Position?.Position.ToString(),
            progress.Position is { } position ? server.CurrentWal.BytesSince(position.Position) : null, slot?.RetainedBytes,
            [.. definition.Tables.Select(t => Describe(t.Layout.FullName, progress.Ranges.FirstOrDefault(r => r.Table == t.Layout.FullName)))]);
    }

    private static TableStatus Describe(string table, StoredRange? range) => range switch
    {
        null => new TableStatus(table, "waiting", 0),
        { IsAbandoned: true } => new TableStatus(table, "waiting", 0),
        { IsLoaded: false } => new TableStatus(table, "copying", 0),
        _ => new TableStatus(table, "copied", range.Rows),
    };
}
