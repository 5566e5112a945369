namespace PipelineGen.StarRocks;

/// <summary>A result set, whole.</summary>
public sealed record SqlResult(IReadOnlyList<SqlColumn> Columns, IReadOnlyList<SqlRow> Rows)
{
    /// <summary>The first value of the first row; <see langword="null"/> when it is NULL or there is no row.</summary>
    public string? Scalar => Rows.Count > 0 && Columns.Count > 0 ? Rows[0][0] : null;
}
