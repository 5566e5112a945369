using System.Diagnostics.Metrics;

namespace PipelineGen.Telemetry;

/// <summary>Every metric, under the meter <c>PipelineGen</c>. No value of a row is ever among the tags.</summary>
internal static class Metrics
{
    private static readonly Meter Meter = new("PipelineGen");

    private static readonly Counter<long> QuarantinedRows =
        Meter.CreateCounter<long>("pipelinegen.quarantine.rows", "{row}", "Changes and copied rows that a column's policy Quarantine kept out of their table.");

    public static void Quarantined(string pipeline, string table, string column, long rows) =>
        QuarantinedRows.Add(rows, new("pipelinegen.pipeline", pipeline), new("pipelinegen.table", table), new("pipelinegen.column", column));
}
