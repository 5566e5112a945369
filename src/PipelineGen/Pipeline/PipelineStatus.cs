using System.Globalization;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>What is durable of a table.</summary>
/// <param name="State">waiting, copying or copied.</param>
/// <param name="RowsQuarantined">Rows of it in <c>_pipelinegen_quarantine</c>.</param>
public sealed record TableStatus(string Table, string State, long RowsCopied, long RowsQuarantined = 0);

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
        var quarantined = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var sql = new SqlClient(target, withoutDatabase: true, time);
        var schema = new TargetSchema(sql);
        if (await schema.ReadAsync(target.Database, ProgressStore.Table, cancellationToken).ConfigureAwait(false) is not null)
        {
            await using var inDatabase = new SqlClient(target, time: time);
            progress = await new ProgressStore(inDatabase, definition.Name, time).ReadAsync(cancellationToken).ConfigureAwait(false);
            if (await schema.ReadAsync(target.Database, QuarantineTable.Name, cancellationToken).ConfigureAwait(false) is not null)
            {
                SqlResult counts = await inDatabase.QueryAsync(QuarantineTable.CountByTable(definition.Name), cancellationToken).ConfigureAwait(false);
                foreach (SqlRow row in counts.Rows)
                    quarantined[row[0]!] = long.Parse(row[1]!, CultureInfo.InvariantCulture);
            }
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
            [.. definition.Tables.Select(t => Describe(t.Layout.FullName, progress) with
            {
                RowsQuarantined = quarantined.GetValueOrDefault(t.Layout.FullName),
            })]);
    }

    private static TableStatus Describe(string table, StoredProgress progress)
    {
        if (progress.Find(table) is not { } copy)
            return new TableStatus(table, "waiting", 0);
        if (copy.State != CopyState.Copying)
            return new TableStatus(table, copy.State == CopyState.Copied ? "copied" : "waiting", copy.Rows);
        StoredRange[] loaded = [.. progress.RangesOf(table).Where(static r => r.State == RangeOutcome.Loaded)];
        bool isBegun = loaded.Length > 0 || copy.Pieces > 0 || progress.RangesOf(table).Any(static r => r.State == RangeOutcome.InFlight);
        return new TableStatus(table, isBegun ? "copying" : "waiting", loaded.Sum(static r => r.Rows));
    }
}
