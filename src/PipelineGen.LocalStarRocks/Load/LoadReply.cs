using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The load's reply: HTTP 200 always, pretty JSON with four spaces (STARROCKS.md, 1.5).</summary>
internal sealed class LoadReply
{
    public long TxnId { get; set; } = -1;
    public string Label { get; set; } = "";
    public string Database { get; init; } = "";
    public string Table { get; init; } = "";
    public string Status { get; set; } = "Success";
    public string? ExistingJobStatus { get; set; }
    public string Message { get; set; } = "OK";
    public long TotalRows { get; set; }
    public long LoadedRows { get; set; }
    public long FilteredRows { get; set; }
    public long UnselectedRows { get; set; }
    public long LoadBytes { get; set; }
    public TimeSpan Load { get; set; }
    public TimeSpan Begin { get; set; }
    public TimeSpan Plan { get; set; }
    public TimeSpan Read { get; set; }
    public TimeSpan Write { get; set; }
    public TimeSpan Commit { get; set; }
    public string? ErrorUrl { get; set; }

    public LoadReply Fail(string message)
    {
        Status = "Fail";
        Message = message;
        return this;
    }

    public void Count(LoadCounts counts)
    {
        TotalRows = counts.Total;
        LoadedRows = counts.Loaded;
        FilteredRows = counts.Filtered;
        UnselectedRows = counts.Unselected;
    }

    public byte[] ToJson(bool namesTable)
    {
        Debug.Assert(Status.Length > 0);
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteNumber("TxnId", TxnId);
            json.WriteString("Label", Label);
            if (namesTable)
            {
                json.WriteString("Db", Database);
                json.WriteString("Table", Table);
            }

            json.WriteString("Status", Status);
            if (ExistingJobStatus is not null)
            {
                json.WriteString("ExistingJobStatus", ExistingJobStatus);
            }

            json.WriteString("Message", Message);
            json.WriteNumber("NumberTotalRows", TotalRows);
            json.WriteNumber("NumberLoadedRows", LoadedRows);
            json.WriteNumber("NumberFilteredRows", FilteredRows);
            json.WriteNumber("NumberUnselectedRows", UnselectedRows);
            json.WriteNumber("LoadBytes", LoadBytes);
            json.WriteNumber("LoadTimeMs", (long)Load.TotalMilliseconds);
            json.WriteNumber("BeginTxnTimeMs", (long)Begin.TotalMilliseconds);
            json.WriteNumber("StreamLoadPlanTimeMs", (long)Plan.TotalMilliseconds);
            json.WriteNumber("ReadDataTimeMs", (long)Read.TotalMilliseconds);
            json.WriteNumber("WriteDataTimeMs", (long)Write.TotalMilliseconds);
            json.WriteNumber("CommitAndPublishTimeMs", (long)Commit.TotalMilliseconds);
            if (ErrorUrl is not null)
            {
                json.WriteString("ErrorURL", ErrorUrl);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
