using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Report;

/// <summary>How a column, or a table as a whole, stands with the type contract; worse ones are larger.</summary>
internal enum ReportState
{
    /// <summary>Every value that the target holds arrives exactly; one that it doesn't hold meets the column's policy.</summary>
    Carried,

    /// <summary>Carried in a way that may surprise, or left out where the user has no say.</summary>
    Warning,

    /// <summary>A build error until somebody decides.</summary>
    Decision,
}

/// <summary>One thing to know about a column or table.</summary>
/// <param name="Kind">In camel case, for scripts: the contract's kinds, and <see cref="TableFinding"/>'s.</param>
/// <param name="Message">Without a full stop.</param>
/// <param name="Choices">What can be written or done; perhaps none.</param>
internal sealed record ReportFinding(string Kind, ReportState State, string Message, IReadOnlyList<string> Choices);

/// <summary>One column.</summary>
/// <param name="CSharpType">As people read it, with '?' where the column can be NULL; null where nothing is carried.</param>
/// <param name="StarRocksType">Null where nothing is carried.</param>
/// <param name="Policy">What becomes of values that the StarRocks type can't hold; null where it holds all.</param>
internal sealed record ReportColumn(
    string Name, string PostgresType, bool Nullable, bool Key, string? CSharpType, string? StarRocksType, string? Policy,
    IReadOnlyList<ReportFinding> Findings)
{
    public ReportState State => Findings.Worst();
}

/// <summary>One table.</summary>
/// <param name="Key">The primary key's columns in order; empty without one.</param>
/// <param name="Findings">What is about the table as a whole: its kind, key and names.</param>
internal sealed record ReportTable(
    QualifiedName Name, TableKind Kind, IReadOnlyList<string> Key, IReadOnlyList<ReportFinding> Findings, IReadOnlyList<ReportColumn> Columns)
{
    /// <summary>The worst of the table's own findings and its columns'.</summary>
    public ReportState State => Columns.Select(c => c.State).Append(Findings.Worst()).Max();

    /// <summary>The columns and findings that need attention alone.</summary>
    public ReportTable OpenOnly() => this with
    {
        Findings = Findings.Where(f => f.State != ReportState.Carried).ToArray(),
        Columns = Columns.Where(c => c.State != ReportState.Carried).ToArray(),
    };
}

/// <summary>What is counted: every column once, by its state, and every finding about a table as a whole.</summary>
/// <param name="Carried">Columns that are carried exactly.</param>
/// <param name="Warnings">Columns with a warning, and warnings about tables.</param>
/// <param name="Decisions">Columns that need a decision, and decisions about tables.</param>
internal sealed record ReportCounts(int Tables, int Columns, int Carried, int Warnings, int Decisions)
{
    public static ReportCounts Of(IReadOnlyList<ReportTable> tables)
    {
        ReportState[] columns = tables.SelectMany(t => t.Columns).Select(c => c.State).ToArray();
        ReportState[] all = [.. columns, .. tables.SelectMany(t => t.Findings).Select(f => f.State)];
        return new ReportCounts(
            tables.Count, columns.Length, columns.Count(s => s == ReportState.Carried),
            all.Count(s => s == ReportState.Warning), all.Count(s => s == ReportState.Decision));
    }
}

/// <summary>The whole report; counts are of all tables, whatever is shown of them.</summary>
internal sealed record ContractReport(IReadOnlyList<ReportTable> Tables, ReportCounts Counts)
{
    public static ContractReport Of(IReadOnlyList<ReportTable> tables) => new(tables, ReportCounts.Of(tables));

    /// <summary>Without what is carried exactly.</summary>
    public ContractReport OpenOnly() =>
        this with { Tables = Tables.Where(t => t.State != ReportState.Carried).Select(t => t.OpenOnly()).ToArray() };
}

internal static class ReportStates
{
    public static ReportState Worst(this IReadOnlyList<ReportFinding> findings) =>
        findings.Count == 0 ? ReportState.Carried : findings.Max(f => f.State);
}
