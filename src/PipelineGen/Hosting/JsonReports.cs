using System.CommandLine;
using System.Text;
using System.Text.Json;
using PipelineGen.Pipeline;

namespace PipelineGen.Hosting;

/// <summary>What <c>--json</c> prints. Written by hand: the field names are promised to scripts, and ahead-of-time builds have no reflection.</summary>
internal static class JsonReports
{
    /// <summary>The option of every verb that a program might read.</summary>
    public static Option<bool> Option() => new("--json") { Description = "print the result as JSON" };

    public static string Of(IReadOnlyList<CheckFinding> findings) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", findings.All(static f => f.Problem is null));
        json.WriteStartArray("findings");
        foreach (CheckFinding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("subject", finding.Subject);
            json.WriteString("state", finding.State);
            json.WriteString("problem", finding.Problem);
            json.WriteBoolean("pending", finding.IsPending);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static string Of(PipelineStatus status) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("pipeline", status.Pipeline);
        json.WriteString("slot", status.Slot);
        json.WriteString("slot_state", status.SlotState);
        json.WriteString("source_position", status.SourcePosition);
        json.WriteString("durable_position", status.DurablePosition);
        WriteNumber(json, "lag_bytes", status.LagBytes);
        WriteNumber(json, "retained_bytes", status.RetainedBytes);
        json.WriteStartArray("tables");
        foreach (TableStatus table in status.Tables)
        {
            json.WriteStartObject();
            json.WriteString("table", table.Table);
            json.WriteString("state", table.State);
            json.WriteNumber("ranges_done", table.Copy.RangesDone);
            json.WriteNumber("ranges_of_all", table.Copy.RangesOfAll);
            json.WriteNumber("rows_copied", table.Copy.Rows);
            WriteNumber(json, "rows_estimated", table.Copy.EstimatedRows < 0 ? null : table.Copy.EstimatedRows);
            json.WriteNumber("bytes_copied", table.Copy.Bytes);
            json.WriteNumber("rows_per_second", Math.Round(table.Copy.RowsPerSecond, 1));
            json.WriteNumber("bytes_per_second", Math.Round(table.Copy.BytesPerSecond, 1));
            WriteNumber(json, "seconds_left", table.Copy.TimeLeft is { } left ? (long)left.TotalSeconds : null);
            json.WriteNumber("rows_quarantined", table.RowsQuarantined);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static string Of(IReadOnlyList<TableVerification> results) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", results.All(static r => r.IsVerified));
        json.WriteStartArray("tables");
        foreach (TableVerification result in results)
        {
            json.WriteStartObject();
            json.WriteString("table", result.Table);
            json.WriteString("target_table", result.TargetTable);
            json.WriteBoolean("verified", result.IsVerified);
            json.WriteBoolean("copied", result.IsCopied);
            json.WriteNumber("chunks", result.Chunks);
            json.WriteNumber("source_rows", result.SourceRows);
            json.WriteNumber("target_rows", result.TargetRows);
            json.WriteNumber("quarantined_rows", result.QuarantinedRows);
            json.WriteString("source_checksum", result.SourceChecksum);
            json.WriteString("target_checksum", result.TargetChecksum);
            WriteNumber(json, "rows_in_quarantine", result.RowsInQuarantine);
            json.WriteNumber("different_rows", result.DifferentRows);
            json.WriteNumber("unsettled_rows", result.UnsettledRows);
            json.WriteStartArray("differences");
            foreach (RowDifference difference in result.Differences)
                Write(json, difference);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, RowDifference difference)
    {
        json.WriteStartObject();
        json.WriteString("kind", difference.Kind switch
        {
            RowDifferenceKind.Missing => "missing",
            RowDifferenceKind.Surplus => "surplus",
            _ => "value",
        });
        json.WriteString("key", difference.Key);
        json.WriteString("column", difference.Column);
        json.WriteString("source", difference.Source);
        json.WriteString("target", difference.Target);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            write(json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
