using System.Globalization;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Report;

/// <summary>What the report says in words, the same on a terminal and in Markdown.</summary>
internal static class ReportText
{
    /// <summary><c>3 tables, 40 columns: 35 carried exactly, 3 warnings, 2 decisions open</c>.</summary>
    public static string Summary(ReportCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count(counts.Tables, "table")}, {Count(counts.Columns, "column")}: {counts.Carried} carried exactly, {Count(counts.Warnings, "warning")}, {Count(counts.Decisions, "decision")} open");

    /// <summary>A table's name with what names its rows: <c>public.orders (key id)</c>.</summary>
    public static string Heading(ReportTable table) =>
        CatalogFormat.WriteName(table.Name) + (table.Key.Count > 0 ? $" (key {string.Join(", ", table.Key)})" : "");

    /// <summary>The declared type with NOT NULL and the key's mark: <c>int8 not null, key</c>.</summary>
    public static string Declared(ReportColumn column) => column.PostgresType + (column.Nullable ? "" : " not null") + (column.Key ? ", key" : "");

    /// <summary>The findings to show: what is merely good to know is in the JSON document alone.</summary>
    public static IEnumerable<ReportFinding> Open(ReportColumn column) => column.Findings.Where(f => f.State != ReportState.Carried);

    /// <summary>A finding with its choices, in one line.</summary>
    public static string Sentence(ReportFinding finding) =>
        finding.Message + (finding.Choices.Count > 0 ? $". Choices: {string.Join("; ", finding.Choices)}" : "");

    public static string Word(ReportState state) => state switch
    {
        ReportState.Carried => "carried",
        ReportState.Warning => "warning",
        _ => "decision needed",
    };

    private static string Count(int count, string what) => $"{count.ToString(CultureInfo.InvariantCulture)} {what}{(count == 1 ? "" : "s")}";
}
