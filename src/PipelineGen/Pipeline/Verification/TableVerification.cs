namespace PipelineGen.Pipeline;

/// <summary>What the comparison of one table found. Of rows that moved while they were compared, both sides count what was the same at last.</summary>
public sealed record TableVerification
{
    /// <summary>The Postgres table: <c>public.orders</c>.</summary>
    public required string Table { get; init; }

    /// <summary>The StarRocks table.</summary>
    public required string TargetTable { get; init; }

    /// <summary>Whether the pipeline has copied the table. If not, nothing was compared: all counts are 0.</summary>
    public bool IsCopied { get; init; } = true;

    /// <summary>Ranges of keys that were compared; 1 for an append table.</summary>
    public int Chunks { get; init; }

    /// <summary>Source rows whose values the target can hold or a policy makes it hold.</summary>
    public required long SourceRows { get; init; }

    /// <summary>Further source rows, which the policy Quarantine keeps out of the table.</summary>
    public long QuarantinedRows { get; init; }

    /// <summary>Rows of the table in <c>_pipelinegen_quarantine</c>; of an append table, which is a log there, not compared.</summary>
    public long? RowsInQuarantine { get; init; }

    public required long TargetRows { get; init; }

    /// <summary>Over the canonical values of the source's rows, in whatever order; equal to the target's when and only when the rows are.</summary>
    public required string SourceChecksum { get; init; }

    public required string TargetChecksum { get; init; }

    /// <summary>Rows that are on one side only or differ in a value, and are not on their way.</summary>
    public required long DifferentRows { get; init; }

    /// <summary>
    /// Keys that changed each time they were looked at, or were being written to all the time: neither found the same nor
    /// different, and in no other count. Of an append table 1 where its writers never paused long enough; for the quarantine the
    /// rows by which it kept being off.
    /// </summary>
    public long UnsettledRows { get; init; }

    /// <summary>The first differences, in key order.</summary>
    public required IReadOnlyList<RowDifference> Differences { get; init; }

    /// <summary>No difference was found, all rows compared. Unsettled keys are no differences.</summary>
    public bool IsVerified => IsCopied && DifferentRows == 0 && (RowsInQuarantine is null || RowsInQuarantine == QuarantinedRows) &&
        (IsAppendUnsettled || (SourceRows == TargetRows && SourceChecksum == TargetChecksum));

    /// <summary>An append table of which nobody could say; its sums are of different moments.</summary>
    internal bool IsAppendUnsettled { get; init; }

    /// <summary>A table that is not copied yet.</summary>
    internal static TableVerification NotCopied(Rows.TableLayout layout) => new()
    {
        Table = layout.FullName, TargetTable = layout.TargetTable, IsCopied = false, SourceRows = 0, TargetRows = 0, SourceChecksum = default(RowSum).Print(),
        TargetChecksum = default(RowSum).Print(), DifferentRows = 0, Differences = [],
    };
}

/// <summary>In what way a row differs.</summary>
public enum RowDifferenceKind
{
    /// <summary>In Postgres, not in StarRocks.</summary>
    Missing,

    /// <summary>In StarRocks, not in Postgres.</summary>
    Surplus,

    /// <summary>In both, with another value in a column.</summary>
    Value,
}

/// <summary>One difference.</summary>
/// <param name="Key">The key with its columns' names: <c>order_id=7, line=2</c>; of an append table the row.</param>
/// <param name="Column">The column of a <see cref="RowDifferenceKind.Value"/>, else null; null also when the row was changed before it was described.</param>
/// <param name="Source">Its canonical value in Postgres, shortened; null for NULL.</param>
/// <param name="Target">Its canonical value in StarRocks, shortened; null for NULL.</param>
public sealed record RowDifference(RowDifferenceKind Kind, string Key, string? Column = null, string? Source = null, string? Target = null)
{
    public override string ToString() => Kind switch
    {
        RowDifferenceKind.Missing => $"{Key}: missing in StarRocks",
        RowDifferenceKind.Surplus => $"{Key}: not in PostgreSQL",
        _ when Column is null => $"{Key}: differed, and has changed since",
        _ => $"{Key}: {Column} is {Show(Source)} in PostgreSQL and {Show(Target)} in StarRocks",
    };

    private static string Show(string? value) => value is null ? "NULL" : $"'{value}'";
}
