using System.Globalization;
using PipelineGen.Schema.Catalog;
using Spectre.Console;

namespace PipelineGen.Cli.Report;

/// <summary>The report as people read it on a terminal.</summary>
internal static class ReportPrinter
{
    public static void Print(TextWriter output, ContractReport report)
    {
        IAnsiConsole console = TerminalOutput.On(output);
        foreach (ReportTable table in report.Tables)
            Print(console, table);

        console.MarkupLineInterpolated($"[{Colour(Worst(report.Counts))}]{Summary(report.Counts)}[/]");
    }

    /// <summary><c>3 tables, 40 columns: 35 carried exactly, 3 warnings, 2 decisions open</c>.</summary>
    public static string Summary(ReportCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count(counts.Tables, "table")}, {Count(counts.Columns, "column")}: {counts.Carried} carried exactly, {Count(counts.Warnings, "warning")}, {Count(counts.Decisions, "decision")} open");

    /// <summary>A table's name with what names its rows: <c>public.orders (key id)</c>.</summary>
    public static string Heading(ReportTable table) => CatalogFormat.WriteName(table.Name) + (table.Key.Count > 0 ? $" (key {string.Join(", ", table.Key)})" : "");

    /// <summary>The declared type with NOT NULL and the key's mark: <c>int8 not null, key</c>.</summary>
    public static string Declared(ReportColumn column) => column.PostgresType + (column.Nullable ? "" : " not null") + (column.Key ? ", key" : "");

    /// <summary>A finding with its choices, in one line.</summary>
    public static string Sentence(ReportFinding finding) =>
        finding.Message + (finding.Choices.Count > 0 ? $". Choices: {string.Join("; ", finding.Choices)}" : "");

    public static string Word(ReportState state) => state switch
    {
        ReportState.Carried => "carried",
        ReportState.Warning => "warning",
        _ => "decision needed",
    };

    private static void Print(IAnsiConsole console, ReportTable table)
    {
        console.MarkupLineInterpolated($"[bold]{TerminalOutput.OneLine(Heading(table))}[/]");
        foreach (ReportFinding finding in table.Findings)
            console.MarkupLineInterpolated($"  [{Colour(finding.State)}]{Word(finding.State)}[/]: {TerminalOutput.OneLine(Sentence(finding))}");
        if (table.Columns.Count > 0)
        {
            var lines = new Table { Border = TableBorder.None, ShowHeaders = true };
            foreach (string heading in (string[])["column", "postgres", "c#", "starrocks", "outside", "state", "reason and choices"])
                lines.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Dim))).NoWrapUnlessLast(heading == "reason and choices"));
            foreach (ReportColumn column in table.Columns)
                lines.AddRow(Cells(column));
            console.Write(new Padder(lines, new Padding(2, 0, 0, 0)));
        }

        console.WriteLine();
    }

    private static IEnumerable<Markup> Cells(ReportColumn column)
    {
        yield return Plain(column.Name);
        yield return Plain(Declared(column));
        yield return Plain(column.CSharpType ?? "-");
        yield return Plain(column.StarRocksType ?? "-");
        yield return Plain(column.Policy ?? "-");
        yield return new Markup($"[{Colour(column.State)}]{Word(column.State)}[/]");
        yield return new Markup(string.Join('\n', column.Findings.Select(f => Markup.Escape(TerminalOutput.OneLine(Sentence(f))))));
    }

    private static Markup Plain(string text) => new(Markup.Escape(TerminalOutput.OneLine(text)));

    private static TableColumn NoWrapUnlessLast(this TableColumn column, bool isLast) => isLast ? column : column.NoWrap();

    private static ReportState Worst(ReportCounts counts) => counts switch
    {
        { Decisions: > 0 } => ReportState.Decision,
        { Warnings: > 0 } => ReportState.Warning,
        _ => ReportState.Carried,
    };

    private static string Colour(ReportState state) => state switch
    {
        ReportState.Carried => "green",
        ReportState.Warning => "yellow",
        _ => "red",
    };

    private static string Count(int count, string what) => $"{count.ToString(CultureInfo.InvariantCulture)} {what}{(count == 1 ? "" : "s")}";
}
