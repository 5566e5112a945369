using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>What the FE refuses before it looks at any column: partial and conditional updates, partitions (STARROCKS.md, 1.3, 1.11, 1.12).</summary>
internal static class LoadChecks
{
    /// <summary>Answers the column of <c>merge_condition</c>, or -1.</summary>
    /// <exception cref="LoadFailure">The table doesn't take such a load.</exception>
    public static int Check(TableDefinition table, LoadHeaders headers)
    {
        if (headers.PartialUpdate && !table.IsPrimaryKey)
        {
            throw new LoadFailure("Only primary key table support partial update");
        }

        CheckPartitions(table, headers.Partitions, temporary: false);
        CheckPartitions(table, headers.TemporaryPartitions, temporary: true);
        return headers.MergeCondition is { } column ? MergeColumn(table, column) : -1;
    }

    private static int MergeColumn(TableDefinition table, string name)
    {
        if (!table.IsPrimaryKey)
        {
            throw new LoadFailure($"Conditional update only support primary key table {table.Name}");
        }

        int column = table.IndexOf(name);
        if (column < 0)
        {
            throw new LoadFailure($"Merge condition column {name} does not exist. It should be a column of the table {table.Name}");
        }

        if (table.Columns[column].IsKey)
        {
            throw new LoadFailure($"Merge condition column {name} should not be primary key!");
        }

        return table.Columns[column].Type is { IsText: false, IsNested: false, Kind: not (TypeKind.Json or TypeKind.Varbinary) }
            ? column
            : throw new LoadFailure("Merge condition column has invalid type maybe bitmap/hll/percentile/json/varchar!");
    }

    // A table without PARTITION BY has one partition, of the table's name.
    private static void CheckPartitions(TableDefinition table, string? header, bool temporary)
    {
        if (header is null)
        {
            return;
        }

        if (table.PartitionText.Length > 0)
        {
            throw LoadFailure.NotInStandIn($"the header partitions for the partitioned table {table.Name}");
        }

        foreach (string partition in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (temporary || !partition.Equals(table.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw new LoadFailure($"unknown partition {partition} in table {table.Name}");
            }
        }
    }
}
