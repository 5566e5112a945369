using Spectre.Console;

namespace PipelineGen.Cli.Report;

/// <summary>
/// The report as people read it on a terminal: a line a column in aligned fields, and under it what must be known.
/// Reasons are sentences: in a cell of a table they would be broken every few words.
/// </summary>
internal static class ReportPrinter
{
    private const string Indent = "  ";

    private static readonly string[] Headings = ["column", "postgres", "c#", "starrocks", "outside", "state"];

    public static void Print(TextWriter output, ContractReport report)
    {
        var lines = new StyledLines(output);
        foreach (ReportTable table in report.Tables)
            Print(lines, table);
        if (report.Tables.Any(t => t.Columns.Any(c => c.Policy is not null)))
            lines.Write("outside: the policy for values that the StarRocks type can't hold");
        lines.Write(ReportText.Summary(report.Counts), Style(Worst(report.Counts)));
    }

    private static void Print(StyledLines output, ReportTable table)
    {
        output.Write(TerminalOutput.OneLine(ReportText.Heading(table)), new Style(decoration: Decoration.Bold));
        foreach (ReportFinding finding in table.Findings)
            Print(output, finding, Indent);
        if (table.Columns.Count > 0)
        {
            string[][] fields = table.Columns.Select(Fields).ToArray();
            int[] widths = Enumerable.Range(0, Headings.Length).Select(i => fields.Max(l => l[i].Length)).ToArray();
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], Headings[i].Length);
            output.Write(Aligned(Headings, widths), new Style(decoration: Decoration.Dim));
            for (int i = 0; i < fields.Length; i++)
                Print(output, table.Columns[i], Aligned(fields[i], widths));
        }

        output.Write("");
    }

    private static void Print(StyledLines output, ReportColumn column, string line)
    {
        if (column.State == ReportState.Carried)
            output.Write(line);
        else
            output.Write(line, Style(column.State));
        foreach (ReportFinding finding in ReportText.Open(column))
            Print(output, finding, Indent + Indent);
    }

    private static void Print(StyledLines output, ReportFinding finding, string indent)
    {
        output.Write($"{indent}{ReportText.Word(finding.State)}: {TerminalOutput.OneLine(finding.Message)}", Style(finding.State));
        foreach (string choice in finding.Choices)
            output.Write($"{indent}{Indent}- {TerminalOutput.OneLine(choice)}");
    }

    private static string[] Fields(ReportColumn column) =>
    [
        TerminalOutput.OneLine(column.Name),
        TerminalOutput.OneLine(ReportText.Declared(column)),
        TerminalOutput.OneLine(column.CSharpType ?? "-"),
        TerminalOutput.OneLine(column.StarRocksType ?? "-"),
        column.Policy ?? "-",
        ReportText.Word(column.State),
    ];

    private static string Aligned(string[] fields, int[] widths) =>
        (Indent + string.Join(Indent, fields.Zip(widths, (field, width) => field.PadRight(width)))).TrimEnd();

    private static ReportState Worst(ReportCounts counts) => counts switch
    {
        { Decisions: > 0 } => ReportState.Decision,
        { Warnings: > 0 } => ReportState.Warning,
        _ => ReportState.Carried,
    };

    private static Style Style(ReportState state) => new(state switch
    {
        ReportState.Carried => Color.Green,
        ReportState.Warning => Color.Yellow,
        _ => Color.Red,
    });

    /// <summary>Ten thousand lines are no rarity: where there is no colour, nothing has to be laid out.</summary>
    private sealed class StyledLines(TextWriter output)
    {
        private readonly IAnsiConsole? _terminal = TerminalOutput.IsTerminal(output) ? TerminalOutput.On(output) : null;

        public void Write(string line, Style? style = null)
        {
            if (_terminal is null)
                output.WriteLine(line);
            else
                _terminal.WriteLine(line, style);
        }
    }
}
