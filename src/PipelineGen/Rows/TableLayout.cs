namespace PipelineGen.Rows;

/// <summary>A table as it was compiled: its columns in the order of the catalog file, its key, its target and DDL.</summary>
public sealed class TableLayout
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The table in StarRocks, without database.</summary>
    public required string TargetTable { get; init; }

    /// <summary>The carried columns, in attnum order. A tuple's slots follow this order.</summary>
    public required IReadOnlyList<ColumnInfo> Columns { get; init; }

    /// <summary>Indexes into <see cref="Columns"/> of the StarRocks primary key, in key order; empty for an append table.</summary>
    public required IReadOnlyList<int> Key { get; init; }

    /// <summary>Rows are only added (a DUPLICATE KEY table): nothing tells two of them apart.</summary>
    public bool IsAppendOnly { get; init; }

    /// <summary>Columns that the class ignores: known, and not a drift when they arrive.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; init; } = [];

    /// <summary>Whether the Postgres table is partitioned; changes then arrive under this root's name.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>The StarRocks CREATE TABLE statement that was reviewed.</summary>
    public required string CreateTable { get; init; }

    /// <summary>Schema and name as the catalog file has them, for messages and lookups.</summary>
    public string FullName => $"{Schema}.{Name}";

    public override string ToString() => FullName;
}
