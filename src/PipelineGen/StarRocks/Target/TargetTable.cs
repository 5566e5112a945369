namespace PipelineGen.StarRocks;

/// <summary>A live table as information_schema describes it.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Columns">Columns in order.</param>
public sealed record TargetTable(string Name, IReadOnlyList<TargetColumn> Columns)
{
    /// <summary>PRI_KEYS, UNQ_KEYS, DUP_KEYS or AGG_KEYS; <see langword="null"/> where the server has no tables_config.</summary>
    public string? Model { get; init; }
}

/// <summary>A live column.</summary>
/// <param name="Name">The column's name. Case does not matter to StarRocks.</param>
/// <param name="ColumnType">COLUMN_TYPE as the server wrote it; compare with <see cref="StarRocksTypeText.AreSame"/>.</param>
/// <param name="IsNullable">Whether it takes NULL.</param>
/// <param name="IsKey">Whether it belongs to the table's key.</param>
public sealed record TargetColumn(string Name, string ColumnType, bool IsNullable, bool IsKey);
