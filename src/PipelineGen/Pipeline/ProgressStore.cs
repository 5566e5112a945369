using System.Globalization;
using System.Text.Json;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// The pipeline's durable state: rows of <c>_pipelinegen_progress</c> in the target database (ARCHITECTURE.md, section 3), so
/// that the executable itself is stateless. Every write is an upsert into a primary-key table: atomic, and harmless when it
/// is repeated.
/// </summary>
internal sealed class ProgressStore(SqlClient sql, string pipeline, TimeProvider time)
{
    public const string Table = "_pipelinegen_progress";

    /// <summary>The columns of a load into it.</summary>
    public const string LoadColumns = "`pipeline`,`item`,`content`,`updated_at`,__op";

    /// <summary>Its key is 63 + 48 bytes and a terminator, under the 128 of StarRocks.</summary>
    private const string CreateTableStatement = $"""
        CREATE TABLE IF NOT EXISTS `{Table}` (
          `pipeline` VARCHAR(63) NOT NULL COMMENT "name of the pipeline",
          `item` VARCHAR(48) NOT NULL COMMENT "position, a table, or a range of it",
          `content` VARCHAR(1048576) NOT NULL COMMENT "JSON",
          `updated_at` DATETIME NOT NULL COMMENT "UTC"
        )
        PRIMARY KEY (`pipeline`, `item`)
        COMMENT "PipelineGen: positions and snapshot ranges. Deleting a pipeline's rows makes it start from the beginning."
        DISTRIBUTED BY HASH (`pipeline`) BUCKETS 1
        """;

    /// <param name="replicas">replication_num, where the server's default of 3 is more than its live backends; null for the default.</param>
    public static string CreateTable(int? replicas) => replicas is { } count ? $"{CreateTableStatement}\nPROPERTIES (\"replication_num\" = \"{count}\")" : CreateTableStatement;

    public async Task<StoredProgress> ReadAsync(CancellationToken cancellationToken)
    {
        SqlResult rows = await sql.QueryAsync($"SELECT `item`, `content` FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)}", cancellationToken).ConfigureAwait(false);
        return ProgressRows.Read(rows.Rows.Select(static row => new ProgressRow(row[0]!, row[1] ?? throw new InvalidDataException($"{Table} has a row without content"))));
    }

    public async Task<string?> ReadContentAsync(string item, CancellationToken cancellationToken) =>
        (await sql.QueryAsync(
            $"SELECT `content` FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)} AND `item` = {SqlText.Literal(item)}", cancellationToken).ConfigureAwait(false)).Scalar;

    public Task WriteAsync(StoredPosition position, CancellationToken cancellationToken) => UpsertAsync([ProgressRows.Of(position)], cancellationToken);

    public Task WriteAsync(StoredRange range, CancellationToken cancellationToken) => UpsertAsync([ProgressRows.Of(range)], cancellationToken);

    public Task WriteAsync(StoredTable table, CancellationToken cancellationToken) => WriteAsync([table], cancellationToken);

    public Task WriteAsync(IEnumerable<StoredTable> tables, CancellationToken cancellationToken) => UpsertAsync([.. tables.Select(ProgressRows.Of)], cancellationToken);

    public Task WriteAsync(IEnumerable<StoredRequest> requests, CancellationToken cancellationToken) => UpsertAsync([.. requests.Select(ProgressRows.Of)], cancellationToken);

    /// <summary>The wishes that others have left, read alone: often, and seldom any.</summary>
    public async Task<IReadOnlyList<StoredRequest>> ReadRequestsAsync(CancellationToken cancellationToken)
    {
        SqlResult rows = await sql.QueryAsync(
            $"SELECT `item`, `content` FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)} AND `item` LIKE {SqlText.Literal(ProgressRows.RequestPrefix + "%")}", cancellationToken).ConfigureAwait(false);
        return ProgressRows.Read(rows.Rows.Select(static row => new ProgressRow(row[0]!, row[1]!))).Requests;
    }

    /// <summary>Deletes a wish that was fulfilled, unless it was made anew meanwhile.</summary>
    public Task DeleteAsync(StoredRequest request, CancellationToken cancellationToken)
    {
        ProgressRow row = ProgressRows.Of(request);
        return TargetRetry.RunAsync(
            () => sql.ExecuteAsync($"DELETE FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)} AND `item` = {SqlText.Literal(row.Item)} AND `content` = {SqlText.Literal(row.Content)}", cancellationToken),
            time, cancellationToken);
    }

    /// <summary>Deletes a table's stored ranges, which its own row makes void: a delete that is executed late does no harm while it names no number that is used again.</summary>
    public async Task DeleteRangesAsync(string table, IReadOnlyCollection<int> numbers, CancellationToken cancellationToken)
    {
        foreach (int[] some in numbers.Chunk(200))
        {
            string items = string.Join(", ", some.Select(number => SqlText.Literal(ProgressRows.RangeItem(table, number))));
            await TargetRetry.RunAsync(
                () => sql.ExecuteAsync($"DELETE FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)} AND `item` IN ({items})", cancellationToken), time, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task WriteAsync(IEnumerable<StoredAppend> appends, CancellationToken cancellationToken) => UpsertAsync([.. appends.Select(ProgressRows.Of)], cancellationToken);

    /// <summary>The rows as the body of a Stream Load: the way to write them under a label, or in one transaction with tables.</summary>
    public LoadBody Body(IEnumerable<ProgressRow> rows)
    {
        using var bytes = new MemoryStream();
        foreach (ProgressRow row in rows)
        {
            using (var writer = new Utf8JsonWriter(bytes))
            {
                writer.WriteStartObject();
                writer.WriteString("pipeline", pipeline);
                writer.WriteString("item", row.Item);
                writer.WriteString("content", row.Content);
                writer.WriteString("updated_at", Now());
                writer.WriteNumber("__op", 0);
                writer.WriteEndObject();
            }

            bytes.Write("\n"u8);
        }

        return LoadBody.FromMemory(bytes.ToArray());
    }

    private Task<long> UpsertAsync(ProgressRow[] rows, CancellationToken cancellationToken)
    {
        IEnumerable<string> values = rows.Select(row => $"({SqlText.Literal(pipeline)}, {SqlText.Literal(row.Item)}, {SqlText.Literal(row.Content)}, {SqlText.Literal(Now())})");
        string statement = $"INSERT INTO `{Table}` (`pipeline`, `item`, `content`, `updated_at`) VALUES {string.Join(", ", values)}";
        return TargetRetry.RunAsync(() => sql.ExecuteAsync(statement, cancellationToken), time, cancellationToken);
    }

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
