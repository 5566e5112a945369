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
    private const string TablePrefix = "table_";

    /// <summary>Of the wishes that others leave; see <see cref="StoredRequest"/>.</summary>
    public const string RequestPrefix = "request_";

    public static ProgressRow Of(StoredPosition position) => new(PositionItem, Json(writer =>
    {
        writer.WriteString("lsn", position.Position.ToString());
        writer.WriteString("system", position.SystemIdentifier);
        if (position.Timeline > 0)
            writer.WriteNumber("timeline", position.Timeline);
        writer.WriteStartObject("dropped");
        foreach ((string table, IReadOnlyList<ulong> xids) in position.Dropped)
        {
            writer.WriteStartArray(table);
            WriteRuns(writer, xids);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }));

    public static ProgressRow Of(StoredTable table) => new(TableItem(table.Table), Json(writer =>
    {
        writer.WriteString("table", table.Table);
        writer.WriteString("state", table.State switch { CopyState.Copying => "copying", CopyState.Copied => "copied", _ => "restarting" });
        writer.WriteNumber("not_before", table.NotBefore);
        writer.WriteNumber("next", table.NextNumber);
        writer.WriteNumber("rows", table.Rows);
        writer.WriteNumber("bytes", table.Bytes);
        writer.WriteString("started", table.Started);
        if (table.Ended is { } ended)
            writer.WriteString("ended", ended);
        if (table.Label is { } label)
            writer.WriteString("label", label);
        if (table.Pieces > 0)
            writer.WriteNumber("pieces", table.Pieces);
        if (table.Snapshot is not { } snapshot)
            return;
        writer.WriteString("snapshot", snapshot.ToString());
        writer.WriteString("fence", table.Fence.ToString());
    }));

    public static ProgressRow Of(StoredRange range) => new(RangeItem(range.Table, range.Number), Json(writer =>
    {
        writer.WriteString("table", range.Table);
        writer.WriteNumber("number", range.Number);
        WriteKey(writer, "after", range.Keys.After);
        WriteKey(writer, "through", range.Keys.Through);
        writer.WriteString("state", range.State switch { RangeOutcome.Loaded => "loaded", RangeOutcome.Abandoned => "abandoned", _ => "in_flight" });
        writer.WriteString("snapshot", range.Snapshot.ToString());
        writer.WriteString("fence", range.Fence.ToString());
        writer.WriteString("label", range.Label);
        writer.WriteNumber("attempt", range.Attempt);
        writer.WriteNumber("rows", range.Rows);
        writer.WriteNumber("bytes", range.Bytes);
        if (range is { State: not RangeOutcome.Loaded, Witness: { } witness })
            writer.WriteString("witness", witness);
    }));

    public static ProgressRow Of(StoredRequest request) => new(RequestItem(request.Table), Json(writer =>
    {
        writer.WriteString("table", request.Table);
        writer.WriteString("nonce", request.Nonce);
    }));

    public static string RangeItem(string table, int number) => string.Create(CultureInfo.InvariantCulture, $"{RangePrefix}{Labels.Hash(table):x8}_{number}");

    public static string RequestItem(string table) => string.Create(CultureInfo.InvariantCulture, $"{RequestPrefix}{Labels.Hash(table):x8}");

    private static string TableItem(string table) => string.Create(CultureInfo.InvariantCulture, $"{TablePrefix}{Labels.Hash(table):x8}");

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
        var tables = new List<StoredTable>();
        var requests = new List<StoredRequest>();
        foreach (ProgressRow row in rows)
        {
            using var content = JsonDocument.Parse(row.Content);
            if (row.Item == PositionItem)
                position = ReadPosition(content.RootElement);
            else if (row.Item.StartsWith(RangePrefix, StringComparison.Ordinal))
                ranges.Add(ReadRange(content.RootElement));
            else if (row.Item.StartsWith(AppendPrefix, StringComparison.Ordinal))
                appends.Add(ReadAppend(content.RootElement));
            else if (row.Item.StartsWith(TablePrefix, StringComparison.Ordinal))
                tables.Add(ReadTable(content.RootElement));
            else if (row.Item.StartsWith(RequestPrefix, StringComparison.Ordinal))
                requests.Add(new StoredRequest(Text(content.RootElement, "table"), Text(content.RootElement, "nonce")));
        }

        return new StoredProgress(position, tables, ranges, appends, requests);
    }

    private static StoredPosition ReadPosition(JsonElement content)
    {
        var dropped = new Dictionary<string, IReadOnlyList<ulong>>(StringComparer.Ordinal);
        foreach (JsonProperty table in content.GetProperty("dropped").EnumerateObject())
            dropped[table.Name] = [.. table.Value.EnumerateArray().SelectMany(ReadRun)];
        return new StoredPosition(Lsn.Parse(Text(content, "lsn")), Text(content, "system"), dropped, content.TryGetProperty("timeline", out JsonElement timeline) ? timeline.GetUInt32() : 0);
    }

    private static StoredTable ReadTable(JsonElement content) => new(
        Text(content, "table"),
        Text(content, "state") switch { "copying" => CopyState.Copying, "copied" => CopyState.Copied, "restarting" => CopyState.Restarting, string state => throw Unknown(state) },
        content.GetProperty("not_before").GetUInt64(),
        content.GetProperty("next").GetInt32(),
        content.GetProperty("rows").GetInt64(),
        content.GetProperty("bytes").GetInt64(),
        content.GetProperty("started").GetDateTimeOffset(),
        content.TryGetProperty("ended", out JsonElement ended) ? ended.GetDateTimeOffset() : null,
        content.TryGetProperty("label", out JsonElement label) ? label.GetString() : null,
        content.TryGetProperty("pieces", out JsonElement pieces) ? pieces.GetInt32() : 0,
        content.TryGetProperty("snapshot", out JsonElement snapshot) ? TransactionSnapshot.Parse(snapshot.GetString()!, isRecovery: false) : null,
        content.TryGetProperty("fence", out JsonElement fence) ? Lsn.Parse(fence.GetString()!) : Lsn.Zero);

    private static StoredRange ReadRange(JsonElement content) => new(
        Text(content, "table"),
        content.GetProperty("number").GetInt32(),
        new KeyRange(ReadKey(content, "after"), ReadKey(content, "through")),
        Text(content, "state") switch { "loaded" => RangeOutcome.Loaded, "abandoned" => RangeOutcome.Abandoned, "in_flight" => RangeOutcome.InFlight, string state => throw Unknown(state) },
        TransactionSnapshot.Parse(Text(content, "snapshot"), isRecovery: false),
        Lsn.Parse(Text(content, "fence")),
        Text(content, "label"),
        content.GetProperty("attempt").GetInt32(),
        content.GetProperty("rows").GetInt64(),
        content.GetProperty("bytes").GetInt64(),
        content.TryGetProperty("witness", out JsonElement witness) ? witness.GetString() : null);

    private static InvalidDataException Unknown(string state) => new($"{ProgressStore.Table} has the state '{state}', which this version does not know");

    private static string[]? ReadKey(JsonElement content, string name) =>
        content.TryGetProperty(name, out JsonElement key) ? [.. key.EnumerateArray().Select(static part => part.GetString()!)] : null;

    private static void WriteKey(Utf8JsonWriter writer, string name, IReadOnlyList<string>? key)
    {
        if (key is null)
            return;
        writer.WriteStartArray(name);
        foreach (string part in key)
            writer.WriteStringValue(part);
        writer.WriteEndArray();
    }

    /// <summary>Transactions that follow each other touch the same tables, so that R is mostly runs: <c>"700-812"</c>.</summary>
    private static void WriteRuns(Utf8JsonWriter writer, IReadOnlyList<ulong> sorted)
    {
        for (int i = 0; i < sorted.Count;)
        {
            int end = i;
            while (end + 1 < sorted.Count && sorted[end + 1] == sorted[end] + 1)
                end++;
            if (end == i)
                writer.WriteNumberValue(sorted[i]);
            else
                writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{sorted[i]}-{sorted[end]}"));
            i = end + 1;
        }
    }

    private static IEnumerable<ulong> ReadRun(JsonElement run)
    {
        if (run.ValueKind == JsonValueKind.Number)
        {
            yield return run.GetUInt64();
            yield break;
        }

        string[] ends = run.GetString()!.Split('-');
        ulong last = ulong.Parse(ends[1], CultureInfo.InvariantCulture);
        for (ulong xid = ulong.Parse(ends[0], CultureInfo.InvariantCulture); xid <= last; xid++)
            yield return xid;
    }

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
