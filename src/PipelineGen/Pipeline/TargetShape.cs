using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>A live StarRocks table compared with the compiled one.</summary>
internal static class TargetShape
{
    /// <summary>What would make loads fail or change values; empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(TableLayout layout, TargetTable table)
    {
        var differences = new List<string>();
        if (table.Model is { } model && model != (layout.IsAppendOnly ? "DUP_KEYS" : "PRI_KEYS"))
            differences.Add($"its model is {model}, compiled as {(layout.IsAppendOnly ? "DUPLICATE KEY" : "PRIMARY KEY")}");
        foreach (ColumnInfo column in layout.Columns)
        {
            // StarRocks' column names don't tell upper from lower case (STARROCKS.md 5.4).
            TargetColumn? live = table.Columns.FirstOrDefault(c => string.Equals(c.Name, column.TargetName, StringComparison.OrdinalIgnoreCase));
            if (live is null)
                differences.Add($"column {column.TargetName} {column.StarRocksType} is missing");
            else if (!StarRocksTypeText.AreSame(live.ColumnType, column.StarRocksType))
                differences.Add($"column {column.TargetName} is {live.ColumnType}, compiled as {column.StarRocksType}");
            else if (!live.IsNullable && !column.NotNull)
                differences.Add($"column {column.TargetName} is NOT NULL and the source's is nullable");
            else if (live.IsKey != column.IsKey)
                differences.Add(column.IsKey ? $"column {column.TargetName} is not part of its key" : $"column {column.TargetName} is part of its key");
        }

        foreach (TargetColumn live in table.Columns)
        {
            if (!live.IsNullable && !layout.Columns.Any(c => string.Equals(c.TargetName, live.Name, StringComparison.OrdinalIgnoreCase)))
                differences.Add($"column {live.Name} is NOT NULL and not part of the build");
        }

        return differences;
    }
}
