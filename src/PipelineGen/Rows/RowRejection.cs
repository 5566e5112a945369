namespace PipelineGen.Rows;

/// <summary>A row that a column's policy <see cref="ValuePolicy.Quarantine"/> keeps out of its table. Nothing of it was written.</summary>
/// <param name="Column">The first column whose value the target can't hold.</param>
/// <param name="Value">The value as the text that Postgres prints.</param>
/// <param name="Reason">Why the target can't hold it.</param>
public sealed record RowRejection(ColumnInfo Column, string Value, string Reason);
