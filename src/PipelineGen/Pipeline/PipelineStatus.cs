using System.Globalization;
using Npgsql;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>What is durable of a table.</summary>
/// <param name="State">waiting, copying or copied.</param>
/// <param name="Copy">How far its copy is; rates over the whole time since it began.</param>
/// <param name="RowsQuarantined">Rows of it in <c>_pipelinegen_quarantine</c>.</param>
public sealed record TableStatus(string Table, string State, CopyFigures Copy, long RowsQuarantined = 0);

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

        long[] estimates = await EstimateRowsAsync(connection, definition, cancellationToken).ConfigureAwait(false);
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
            [.. definition.Tables.Select((t, i) => Describe(t.Layout.FullName, progress, estimates[i], options.ChunkRows, time.GetUtcNow()) with
            {
                RowsQuarantined = quarantined.GetValueOrDefault(t.Layout.FullName),
            })]);
    }

    private static TableStatus Describe(string table, StoredProgress progress, long estimatedRows, int chunkRows, DateTimeOffset now)
    {
        if (progress.Find(table) is not { } copy || copy.State == CopyState.Restarting)
            return new TableStatus(table, "waiting", CopyFigures.None with { EstimatedRows = estimatedRows });
        if (copy.State == CopyState.Copied)
        {
            int ranges = Math.Max(1, copy.NextNumber);
            return new TableStatus(table, "copied", new CopyFigures(ranges, ranges, copy.Rows, estimatedRows, copy.Bytes, (copy.Ended ?? now) - copy.Started, copy.Rows, copy.Bytes));
        }

        StoredRange[] loaded = [.. progress.RangesOf(table).Where(static r => r.State == RangeOutcome.Loaded)];
        bool isBegun = loaded.Length > 0 || copy.Pieces > 0 || progress.RangesOf(table).Any(static r => r.State == RangeOutcome.InFlight);
        long rows = loaded.Sum(static r => r.Rows);
        long bytes = loaded.Sum(static r => r.Bytes);
        // The stream has not passed the last fence yet, or nobody was there to write down that it has.
        bool isWhole = loaded.Any(static r => r.Keys.Through is null) && KeyRange.Cover([.. loaded.Select(static r => r.Keys)]);
        int all = isWhole ? loaded.Length : Math.Max(copy.Pieces, CopyFigures.EstimateRanges(loaded.Length + 1, isCut: false, rows, estimatedRows, chunkRows));
        return new TableStatus(table, isBegun ? "copying" : "waiting", new CopyFigures(loaded.Length, all, rows, estimatedRows, bytes, now - copy.Started, rows, bytes));
    }

    /// <summary>The planner's estimates, in the order of the tables; -1 where it has none.</summary>
    private static async Task<long[]> EstimateRowsAsync(NpgsqlConnection connection, PipelineDefinition definition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce((SELECT sum(reltuples)::int8 FROM pg_class WHERE relkind = 'r' AND (oid = to_regclass(t.name) OR oid IN (SELECT relid FROM pg_partition_tree(to_regclass(t.name))))), -1)
            FROM unnest($1) WITH ORDINALITY AS t (name, n) ORDER BY n
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. definition.Tables.Select(static t => SourceNames.QuoteTable(t.Layout.Schema, t.Layout.Name))] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var estimates = new List<long>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            estimates.Add(reader.GetInt64(0));
        return [.. estimates];
    }
}
