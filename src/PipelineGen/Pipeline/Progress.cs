using System.Globalization;
using System.Text;
using System.Text.Json;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>The checkpoint: where the stream resumes, on which server, and R of every table that is not copied yet.</summary>
/// <param name="SystemIdentifier">Of the source cluster: a position means nothing on another one.</param>
internal sealed record StoredPosition(Lsn Position, string SystemIdentifier, IReadOnlyDictionary<string, IReadOnlyList<ulong>> Dropped);

/// <summary>A range whose chunk was begun; written before its load is sent, and again when it is in the target.</summary>
/// <param name="Label">The chunk's load.</param>
internal sealed record StoredRange(string Table, bool IsLoaded, TransactionSnapshot Snapshot, Lsn Fence, string Label, int Attempt, long Rows);

/// <summary>
/// The pipeline's durable state: rows of <c>_pipelinegen_progress</c> in the target database (ARCHITECTURE.md, section 3), so
/// that the executable itself is stateless. Every write is one INSERT into a primary-key table: an upsert, atomic, and
/// harmless when it is repeated.
/// </summary>
internal sealed class ProgressStore(SqlClient sql, string pipeline, TimeProvider time)
{
    public const string Table = "_pipelinegen_progress";

    /// <param name="replicas">replication_num, where the server's default of 3 is more than its live backends; null for the default.</param>
    public static string CreateTable(int? replicas) => replicas is { } count ? $"{CreateTableStatement}\nPROPERTIES (\"replication_num\" = \"{count}\")" : CreateTableStatement;

    /// <summary>Its key is 63 + 48 bytes and a terminator, under the 128 of StarRocks.</summary>
    private const string CreateTableStatement = $"""
        CREATE TABLE IF NOT EXISTS `{Table}` (
          `pipeline` VARCHAR(63) NOT NULL COMMENT "name of the pipeline",
          `item` VARCHAR(48) NOT NULL COMMENT "position, or a range of a table",
          `content` VARCHAR(1048576) NOT NULL COMMENT "JSON",
          `updated_at` DATETIME NOT NULL COMMENT "UTC"
        )
        PRIMARY KEY (`pipeline`, `item`)
        COMMENT "PipelineGen: positions and snapshot ranges. Deleting a pipeline's rows makes it start from the beginning."
        DISTRIBUTED BY HASH (`pipeline`) BUCKETS 1
        """;

    private const string PositionItem = "position";
    private const string RangePrefix = "range_";

    public async Task<(StoredPosition? Position, IReadOnlyList<StoredRange> Ranges)> ReadAsync(CancellationToken cancellationToken)
    {
        SqlResult rows = await sql.QueryAsync($"SELECT `item`, `content` FROM `{Table}` WHERE `pipeline` = {SqlText.Literal(pipeline)}", cancellationToken).ConfigureAwait(false);
        StoredPosition? position = null;
        var ranges = new List<StoredRange>();
        foreach (SqlRow row in rows.Rows)
        {
            using var content = JsonDocument.Parse(row[1] ?? throw new InvalidDataException($"{Table} has a row without content"));
            if (row[0] == PositionItem)
                position = ReadPosition(content.RootElement);
            else if (row[0]!.StartsWith(RangePrefix, StringComparison.Ordinal))
                ranges.Add(ReadRange(content.RootElement));
        }

        return (position, ranges);
    }

    public Task WriteAsync(StoredPosition position, CancellationToken cancellationToken) => UpsertAsync(PositionItem, Json(writer =>
    {
        writer.WriteString("lsn", position.Position.ToString());
        writer.WriteString("system", position.SystemIdentifier);
        writer.WriteStartObject("dropped");
        foreach ((string table, IReadOnlyList<ulong> xids) in position.Dropped)
        {
            writer.WriteStartArray(table);
            foreach (ulong xid in xids)
                writer.WriteNumberValue(xid);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }), cancellationToken);

    public Task WriteAsync(StoredRange range, CancellationToken cancellationToken) => UpsertAsync(RangeItem(range.Table), Json(writer =>
    {
        writer.WriteString("table", range.Table);
        writer.WriteString("state", range.IsLoaded ? "loaded" : "in_flight");
        writer.WriteString("snapshot", range.Snapshot.ToString());
        writer.WriteBoolean("recovery", range.Snapshot.IsRecovery);
        writer.WriteString("fence", range.Fence.ToString());
        writer.WriteString("label", range.Label);
        writer.WriteNumber("attempt", range.Attempt);
        writer.WriteNumber("rows", range.Rows);
    }), cancellationToken);

    private static StoredPosition ReadPosition(JsonElement content)
    {
        var dropped = new Dictionary<string, IReadOnlyList<ulong>>(StringComparer.Ordinal);
        foreach (JsonProperty table in content.GetProperty("dropped").EnumerateObject())
            dropped[table.Name] = [.. table.Value.EnumerateArray().Select(static xid => xid.GetUInt64())];
        return new StoredPosition(Lsn.Parse(content.GetProperty("lsn").GetString()!), content.GetProperty("system").GetString()!, dropped);
    }

    private static StoredRange ReadRange(JsonElement content) => new(
        content.GetProperty("table").GetString()!,
        content.GetProperty("state").GetString() == "loaded",
        TransactionSnapshot.Parse(content.GetProperty("snapshot").GetString()!, content.GetProperty("recovery").GetBoolean()),
        Lsn.Parse(content.GetProperty("fence").GetString()!),
        content.GetProperty("label").GetString()!,
        content.GetProperty("attempt").GetInt32(),
        content.GetProperty("rows").GetInt64());

    /// <summary>One range a table in this version: number 0.</summary>
    private static string RangeItem(string table) => string.Create(CultureInfo.InvariantCulture, $"{RangePrefix}{Labels.Hash(table):x8}_0");

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private Task<long> UpsertAsync(string item, string content, CancellationToken cancellationToken)
    {
        string now = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        string statement =
            $"INSERT INTO `{Table}` (`pipeline`, `item`, `content`, `updated_at`) VALUES ({SqlText.Literal(pipeline)}, {SqlText.Literal(item)}, {SqlText.Literal(content)}, {SqlText.Literal(now)})";
        return TargetRetry.RunAsync(() => sql.ExecuteAsync(statement, cancellationToken), time, cancellationToken);
    }
}

/// <summary>Repeats an idempotent statement on the target until it goes through.</summary>
internal static class TargetRetry
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <exception cref="StarRocksException">A failure that repeating can't cure.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> statement, TimeProvider time, CancellationToken cancellationToken, Action<StarRocksException>? onRetry = null)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            try
            {
                return await statement().ConfigureAwait(false);
            }
            catch (StarRocksException error) when (error.Class is ErrorClass.Retryable or ErrorClass.SlowDown or ErrorClass.CheckState)
            {
                onRetry?.Invoke(error);
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < Longest ? delay * 2 : Longest;
        }
    }
}
