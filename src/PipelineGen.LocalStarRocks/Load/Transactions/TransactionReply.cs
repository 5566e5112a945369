using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>The answer to a transaction call: Status and Message first, then what the call adds (STARROCKS.md, 2.2).</summary>
internal sealed class TransactionReply(string status, string message)
{
    private readonly List<(string Name, string? Text, long Number)> _fields = [];

    public string Status { get; } = status;
    public string Message { get; } = message;

    public static TransactionReply Ok(string message = "") => new("OK", message);

    /// <summary>A refusal of the BE's, its status named by what the text is about.</summary>
    public static TransactionReply Refused(LoadFailure failure) => new(StatusOf(failure.Message), failure.Message);

    /// <summary>An exception of the FE's, with its Java class before its text (STARROCKS.md, 2.2).</summary>
    public static TransactionReply FrontendException(ServerVersion version, string text) =>
        new("FAILED", $"class com.starrocks.common.{(version.IsAtLeast(3, 5) ? "StarRocksException" : "UserException")}: {text}");

    public TransactionReply Add(string name, string value)
    {
        _fields.Add((name, value, 0));
        return this;
    }

    public TransactionReply Add(string name, long value)
    {
        _fields.Add((name, null, value));
        return this;
    }

    public TransactionReply Add(string name, TimeSpan time) => Add(name, (long)time.TotalMilliseconds);

    /// <param name="indent">The BE indents by four, the FE by two.</param>
    public byte[] ToJson(int indent)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentSize = indent, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("Status", Status);
            json.WriteString("Message", Message);
            foreach ((string name, string? text, long number) in _fields)
            {
                if (text is null)
                {
                    json.WriteNumber(name, number);
                }
                else
                {
                    json.WriteString(name, text);
                }
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    // The FE's refusals reach the BE's client as ANALYSIS_ERROR, the BE's own as what they are (STARROCKS.md, 2.2).
    private static string StatusOf(string message)
    {
        if (message.Contains("because of too many versions", StringComparison.Ordinal))
        {
            return "SERVICE_UNAVAILABLE";
        }

        if (message.Contains("Mem usage has exceed the limit", StringComparison.Ordinal))
        {
            return "MEM_LIMIT_EXCEEDED";
        }

        if (message.StartsWith("Invalid ", StringComparison.Ordinal)
            || message.StartsWith("Only one of http header", StringComparison.Ordinal)
            || message.StartsWith("Can not specify both partitions", StringComparison.Ordinal))
        {
            return "INVALID_ARGUMENT";
        }

        return message.StartsWith("unknown ", StringComparison.Ordinal) && !message.StartsWith("unknown data format", StringComparison.Ordinal)
            || message.StartsWith("current running txns", StringComparison.Ordinal)
            || message.StartsWith("Label format error", StringComparison.Ordinal)
            || message.StartsWith("transaction not found", StringComparison.Ordinal)
            || message.Contains("is already aborted", StringComparison.Ordinal)
            || message.Contains("olumn", StringComparison.Ordinal)
            || message.Contains("Only primary key table", StringComparison.Ordinal)
                ? "ANALYSIS_ERROR"
                : "INTERNAL_ERROR";
    }
}
