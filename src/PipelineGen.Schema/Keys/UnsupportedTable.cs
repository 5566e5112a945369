using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Keys;

/// <summary>Kinds of tables whose changes logical replication does not send under their name.</summary>
/// <param name="What">What the table is: <c>a foreign table</c>.</param>
/// <param name="Advice">What to do instead; no full stop.</param>
public sealed record UnsupportedTable(string What, string Advice)
{
    /// <summary>Why rows of the table can't be replicated; null where they can.</summary>
    public static UnsupportedTable? Of(CatalogTable table) => table.Kind switch
    {
        TableKind.Partition => new(
            $"a partition of '{table.Root}'",
            $"Name the root instead, [PostgresTable(\"{table.Root}\")]: changes of all its partitions arrive under the root's name"),
        TableKind.ForeignTable => new("a foreign table", "Its changes happen on another server: replicate from there"),
        TableKind.MaterializedView => new("a materialized view", "Logical replication sends no changes of it: replicate the tables under it"),
        _ => null,
    };
}
