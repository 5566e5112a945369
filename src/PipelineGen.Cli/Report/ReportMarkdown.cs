using System.Text;

namespace PipelineGen.Cli.Report;

/// <summary>The report as a Markdown document, for a pull request or an issue.</summary>
internal static class ReportMarkdown
{
    public static void Write(TextWriter output, ContractReport report)
    {
        // '\n' on every system: the document is kept beside the code.
        var text = new StringBuilder("# Type contract\n\n").Append(ReportText.Summary(report.Counts)).Append(".\n");
        foreach (ReportTable table in report.Tables)
            Append(text, table);
        output.Write(text);
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("\n## ").Append(Prose(ReportText.Heading(table))).Append('\n');
        if (table.Findings.Count > 0)
            text.Append('\n');
        foreach (ReportFinding finding in table.Findings)
            text.Append("- **").Append(ReportText.Word(finding.State)).Append("**: ").Append(Prose(ReportText.Sentence(finding))).Append('\n');
        if (table.Columns.Count == 0)
            return;
        text.Append("\n| column | PostgreSQL | C# | StarRocks | outside | state | reason and choices |\n|---|---|---|---|---|---|---|\n");
        foreach (ReportColumn column in table.Columns)
        {
            text.Append("| ").Append(Code(column.Name))
                .Append(" | ").Append(Code(ReportText.Declared(column)))
                .Append(" | ").Append(Code(column.CSharpType))
                .Append(" | ").Append(Code(column.StarRocksType))
                .Append(" | ").Append(column.Policy ?? "")
                .Append(" | ").Append(column.State == ReportState.Carried ? "carried" : $"**{ReportText.Word(column.State)}**")
                .Append(" | ").Append(string.Join("<br>", ReportText.Open(column).Select(f => Prose(ReportText.Sentence(f)))))
                .Append(" |\n");
        }
    }

    /// <summary>A code span in a table's cell: a backtick inside wants a longer fence, a bar an escape.</summary>
    private static string Code(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        string line = TerminalOutput.OneLine(text).Replace("|", "\\|", StringComparison.Ordinal);
        int longest = 0;
        for (int i = 0, run = 0; i < line.Length; i++)
        {
            run = line[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        string fence = new('`', longest + 1);
        return longest == 0 ? fence + line + fence : $"{fence} {line} {fence}";
    }

    /// <summary>Text that Markdown must not read: names of a database may hold anything.</summary>
    private static string Prose(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in TerminalOutput.OneLine(text))
        {
            switch (c)
            {
                case '<': escaped.Append("&lt;"); break;
                case '&': escaped.Append("&amp;"); break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#': escaped.Append('\\').Append(c); break;
                default: escaped.Append(c); break;
            }
        }

        return escaped.ToString();
    }
}
