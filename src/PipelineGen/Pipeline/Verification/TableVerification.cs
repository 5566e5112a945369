namespace PipelineGen.Pipeline;

/// <summary>What the comparison of one table found.</summary>
public sealed record TableVerification
{
    /// <summary>The Postgres table: <c>public.orders</c>.</summary>
    public required string Table { get; init; }

    /// <summary>The StarRocks table.</summary>
    public required string TargetTable { get; init; }

    /// <summary>Source rows whose values the target can hold or a policy makes it hold.</summary>
    public required long SourceRows { get; init; }

    /// <summary>Further source rows, which the policy Quarantine keeps out of the table.</summary>
    public long QuarantinedRows { get; init; }

    /// <summary>Rows of the table in <c>_pipelinegen_quarantine</c>; of an append table, which is a log there, not compared.</summary>
    public long? RowsInQuarantine { get; init; }

    public required long TargetRows { get; init; }

    /// <summary>Over the canonical values of the source's rows in key order (in any order for an append table); equal to the target's when and only when the rows are.</summary>
    public required string SourceChecksum { get; init; }

    public required string TargetChecksum { get; init; }

    /// <summary>Rows that are on one side only or differ in a value; of a large append table at least so many.</summary>
    public required long DifferentRows { get; init; }

    /// <summary>The first differences, in key order.</summary>
    public required IReadOnlyList<RowDifference> Differences { get; init; }

    public bool IsVerified => DifferentRows == 0 && SourceRows == TargetRows && SourceChecksum == TargetChecksum && (RowsInQuarantine is null || RowsInQuarantine == QuarantinedRows);
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
/// <param name="Column">The column of a <see cref="RowDifferenceKind.Value"/>, else null.</param>
/// <param name="Source">Its canonical value in Postgres, shortened; null for NULL.</param>
/// <param name="Target">Its canonical value in StarRocks, shortened; null for NULL.</param>
public sealed record RowDifference(RowDifferenceKind Kind, string Key, string? Column = null, string? Source = null, string? Target = null)
{
    public override string ToString() => Kind switch
    {
        RowDifferenceKind.Missing => $"{Key}: missing in StarRocks",
        RowDifferenceKind.Surplus => $"{Key}: not in PostgreSQL",
        _ => $"{Key}: {Column} is {Show(Source)} in PostgreSQL and {Show(Target)} in StarRocks",
    };

    private static string Show(string? value) => value is null ? "NULL" : $"'{value}'";
}
