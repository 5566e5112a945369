using System.Text.Json;

namespace PipelineGen.StarRocks;

/// <summary>The fields that StarRocks' JSON replies share. STARROCKS.md sections 1.5 and 2.2. What is absent or of another type is left at its default.</summary>
internal static class ReplyJson
{
    private const int LongestExcerpt = 300;

    /// <summary>The reply as an object, or <see langword="null"/> when it is anything else.</summary>
    public static JsonDocument? Parse(HttpReply reply)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(reply.Text); // as text, bytes that are not UTF-8 replaced: the server quotes rows
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The server's text under any of its spellings.</summary>
    public static string? Message(JsonElement root) => Text(root, "Message") ?? Text(root, "message") ?? Text(root, "msg");

    /// <inheritdoc cref="Message(JsonElement)"/>
    public static string? Message(HttpReply reply)
    {
        using JsonDocument? document = Parse(reply);
        return document is null ? null : Message(document.RootElement);
    }

    /// <summary>The beginning of the body, for a person.</summary>
    public static string Excerpt(HttpReply reply)
    {
        string text = reply.Text.Trim();
        return text.Length <= LongestExcerpt ? text : text[..LongestExcerpt] + "...";
    }

    public static string? Text(JsonElement root, string name)
    {
        if (!TryGet(root, name, out JsonElement value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText(); // half a surrogate pair: shown as it came
        }
    }

    public static LoadFigures Figures(JsonElement root) => new()
    {
        TxnId = Number(root, "TxnId", -1),
        TotalRows = Number(root, "NumberTotalRows"),
        LoadedRows = Number(root, "NumberLoadedRows"),
        FilteredRows = Number(root, "NumberFilteredRows"),
        UnselectedRows = Number(root, "NumberUnselectedRows"),
        LoadBytes = Number(root, "LoadBytes"),
        LoadTime = Milliseconds(root, "LoadTimeMs"),
        BeginTime = Milliseconds(root, "BeginTxnTimeMs"),
        PlanTime = Milliseconds(root, "StreamLoadPlanTimeMs"),
        ReadTime = Milliseconds(root, TryGet(root, "ReceivedDataTimeMs", out _) ? "ReceivedDataTimeMs" : "ReadDataTimeMs"),
        WriteTime = Milliseconds(root, "WriteDataTimeMs"),
        CommitTime = Milliseconds(root, "CommitAndPublishTimeMs"),
    };

    private static bool TryGet(JsonElement root, string name, out JsonElement value)
    {
        try
        {
            return root.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default; // some property's name is half a surrogate pair
            return false;
        }
    }

    private static long Number(JsonElement root, string name, long absent = 0) =>
        TryGet(root, name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : absent;

    // A nonsensical figure must not turn a committed load into an exception.
    private static TimeSpan Milliseconds(JsonElement root, string name) =>
        Number(root, name) is >= 0 and < long.MaxValue / TimeSpan.TicksPerMillisecond and var value ? new TimeSpan(value * TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;
}
