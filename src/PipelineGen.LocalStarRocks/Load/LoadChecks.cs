using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>What the FE refuses before it looks at any column: partial and conditional updates, partitions (STARROCKS.md, 1.3, 1.11, 1.12).</summary>
internal static class LoadChecks
{
    private const int MaxDepth = 200;
    private const int MaxPrefixes = 2000;

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

        if (table.Partitioning == PartitionKind.Expression)
        {
            throw LoadFailure.NotInStandIn($"the header partitions for the table {table.Name}, whose partitions come with the rows");
        }

        foreach (string partition in Names(header))
        {
            bool known = table.Partitioning == PartitionKind.None
                ? partition.Equals(table.Name, StringComparison.OrdinalIgnoreCase)
                : PartitionRules.Find(table, partition) is not null;
            if (temporary || !known)
            {
                throw new LoadFailure($"unknown partition {partition} in table {table.Name}");
            }
        }
    }

    public static string[] Names(string header) => header.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Keeps a header from nesting deeper than the parser's stack: the text of one is the client's, and 32 KB of it hold thousands of brackets.</summary>
    /// <exception cref="LoadFailure">It nests too deep.</exception>
    public static void CheckDepth(string header)
    {
        int depth = 0;
        int deepest = 0;
        int prefixes = 0;
        foreach (char c in header)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
            prefixes += c is '!' or '-' or '+' ? 1 : 0;
        }

        prefixes += Count(header, "not") + (10 * Count(header, "case"));
        if (deepest > MaxDepth || prefixes > MaxPrefixes)
        {
            throw LoadFailure.NotInStandIn("an expression that nests so deep");
        }
    }

    private static int Count(string text, string word)
    {
        int count = 0;
        for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase))
        {
            count++;
        }

        return count;
    }
}
