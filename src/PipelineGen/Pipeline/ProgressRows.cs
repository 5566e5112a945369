using System.Globalization;
using System.Text;
using System.Text.Json;
using PipelineGen.Postgres;

namespace PipelineGen.Pipeline;

/// <summary>One row of the progress table.</summary>
/// <param name="Item">Its key within the pipeline.</param>
/// <param name="Content">JSON.</param>
internal readonly record struct ProgressRow(string Item, string Content);

/// <summary>The form of the rows of <c>_pipelinegen_progress</c>: one item a row, its content JSON.</summary>
internal static class ProgressRows
{
    private const string PositionItem = "position";
    private const string RangePrefix = "range_";
    private const string AppendPrefix = "append_";

    public static ProgressRow Of(StoredPosition position) => new(PositionItem, Json(writer =>
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
    }));

    /// <summary>One range a table in this version: number 0.</summary>
    public static ProgressRow Of(StoredRange range) => new(string.Create(CultureInfo.InvariantCulture, $"{RangePrefix}{Labels.Hash(range.Table):x8}_0"), Json(writer =>
    {
        writer.WriteString("table", range.Table);
        writer.WriteString("state", range.IsLoaded ? "loaded" : range.IsAbandoned ? "abandoned" : "in_flight");
        writer.WriteString("snapshot", range.Snapshot.ToString());
        writer.WriteBoolean("recovery", range.Snapshot.IsRecovery);
        writer.WriteString("fence", range.Fence.ToString());
        writer.WriteString("label", range.Label);
        writer.WriteNumber("attempt", range.Attempt);
        writer.WriteNumber("rows", range.Rows);
        if (range is { IsLoaded: false, Witness: { } witness })
            writer.WriteString("witness", witness);
    }));

    public static ProgressRow Of(StoredAppend append) => new(string.Create(CultureInfo.InvariantCulture, $"{AppendPrefix}{Labels.Hash(append.Table):x8}"), Json(writer =>
    {
        writer.WriteString("table", append.Table);
        Write(writer, "applied", append.Applied);
        if (append.Intent is not { } intent)
            return;
        writer.WriteString("label", intent.Label);
        Write(writer, "to", intent.To);
        writer.WriteString("witness", intent.Witness);
    }));

    /// <summary>What takes a label so that nobody else can: see <see cref="IntentLedger"/>.</summary>
    public static ProgressRow Settled(string label, string nonce) => new("settled", Json(writer =>
    {
        writer.WriteString("label", label);
        writer.WriteString("by", nonce);
    }));

    /// <exception cref="InvalidDataException">A row that no version of PipelineGen has written.</exception>
    public static StoredProgress Read(IEnumerable<ProgressRow> rows)
    {
        StoredPosition? position = null;
        var ranges = new List<StoredRange>();
        var appends = new List<StoredAppend>();
        foreach (ProgressRow row in rows)
        {
            using var content = JsonDocument.Parse(row.Content);
            if (row.Item == PositionItem)
                position = ReadPosition(content.RootElement);
            else if (row.Item.StartsWith(RangePrefix, StringComparison.Ordinal))
                ranges.Add(ReadRange(content.RootElement));
            else if (row.Item.StartsWith(AppendPrefix, StringComparison.Ordinal))
                appends.Add(ReadAppend(content.RootElement));
        }

        return new StoredProgress(position, ranges, appends);
    }

    private static StoredPosition ReadPosition(JsonElement content)
    {
        var dropped = new Dictionary<string, IReadOnlyList<ulong>>(StringComparer.Ordinal);
        foreach (JsonProperty table in content.GetProperty("dropped").EnumerateObject())
            dropped[table.Name] = [.. table.Value.EnumerateArray().Select(static xid => xid.GetUInt64())];
        return new StoredPosition(Lsn.Parse(Text(content, "lsn")), Text(content, "system"), dropped);
    }

    private static StoredRange ReadRange(JsonElement content) => new(
        Text(content, "table"),
        Text(content, "state") == "loaded",
        TransactionSnapshot.Parse(Text(content, "snapshot"), content.GetProperty("recovery").GetBoolean()),
        Lsn.Parse(Text(content, "fence")),
        Text(content, "label"),
        content.GetProperty("attempt").GetInt32(),
        content.GetProperty("rows").GetInt64(),
        content.TryGetProperty("witness", out JsonElement witness) ? witness.GetString() : null,
        Text(content, "state") == "abandoned");

    private static StoredAppend ReadAppend(JsonElement content) => new(
        Text(content, "table"), ReadMark(content.GetProperty("applied")),
        content.TryGetProperty("label", out JsonElement label)
            ? new AppendIntent(label.GetString()!, ReadMark(content.GetProperty("to")), content.GetProperty("witness").GetString())
            : null);

    private static AppendMark ReadMark(JsonElement mark) => new(Lsn.Parse(Text(mark, "commit")), mark.GetProperty("events").GetInt64());

    private static void Write(Utf8JsonWriter writer, string name, AppendMark mark)
    {
        writer.WriteStartObject(name);
        writer.WriteString("commit", mark.Commit.ToString());
        writer.WriteNumber("events", mark.Events);
        writer.WriteEndObject();
    }

    private static string Text(JsonElement content, string name) => content.GetProperty(name).GetString()!;

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
}
