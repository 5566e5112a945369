using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The reply to one of the merged requests (STARROCKS.md, 3).</summary>
internal sealed class MergeCommitReply
{
    public long TxnId { get; set; } = -1;
    public string Label { get; set; } = "";
    public string Database { get; init; } = "";
    public string Table { get; init; } = "";
    public string RequestId { get; init; } = "";
    public string Status { get; private set; } = "Success";
    public string Message { get; private set; } = "OK";
    public long LoadBytes { get; set; }
    public TimeSpan Load { get; set; }
    public TimeSpan Read { get; set; }
    public TimeSpan WaitFinish { get; set; }
    public TimeSpan LeftMerge { get; set; }

    public void Fail(string message)
    {
        Status = "Fail";
        Message = message;
    }

    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteNumber("TxnId", TxnId);
            json.WriteString("Label", Label);
            json.WriteString("Db", Database);
            json.WriteString("Table", Table);
            json.WriteString("Status", Status);
            json.WriteString("Message", Message);
            json.WriteString("RequestId", RequestId);
            json.WriteNumber("LoadBytes", LoadBytes);
            json.WriteNumber("LoadTimeMs", (long)Load.TotalMilliseconds);
            json.WriteNumber("ReadDataTimeMs", (long)Read.TotalMilliseconds);
            json.WriteNumber("PendingTimeMs", 0);
            json.WriteNumber("WaitPlanTimeMs", 0);
            json.WriteNumber("WriteDataTimeMs", 0);
            json.WriteNumber("WaitFinishTimeMs", (long)WaitFinish.TotalMilliseconds);
            json.WriteNumber("LeftMergeTimeMs", (long)LeftMerge.TotalMilliseconds);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
