using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Keys;

/// <summary>What names a row of a table: what deletes carry of it, and which unique columns could be its key.</summary>
public static class RowIdentity
{
    /// <summary>The columns that deletes and key changes carry; null for all of them, empty for none.</summary>
    public static EquatableArray<string>? Columns(CatalogTable table) => table.ReplicaIdentity.Kind switch
    {
        ReplicaIdentityKind.Full => null,
        ReplicaIdentityKind.Default => table.PrimaryKey?.Columns ?? default(EquatableArray<string>),
        ReplicaIdentityKind.Index => Indexes(table).FirstOrDefault(i => i.Name == table.ReplicaIdentity.Index)?.Columns ?? default(EquatableArray<string>),
        _ => default(EquatableArray<string>),
    };

    /// <summary>The identity as a message says it: <c>the primary key</c>, <c>index 'orders_ref_key'</c>, <c>nothing</c>.</summary>
    public static string Describe(ReplicaIdentity identity) => identity.Kind switch
    {
        ReplicaIdentityKind.Index => $"index '{identity.Index}'",
        ReplicaIdentityKind.Default => "the primary key",
        _ => "nothing",
    };

    /// <summary>
    /// What to write after REPLICA IDENTITY so that it covers the key: the cheapest, an index of the key's own columns
    /// only, where there is one.
    /// </summary>
    public static string Suggest(CatalogTable table, EquatableArray<string> key)
    {
        bool IsKey(CatalogIndex index) => index.Columns.Count == key.Count && index.Columns.All(key.Contains);
        if (table.PrimaryKey is { } primary && IsKey(primary))
            return "DEFAULT";
        return table.UniqueIndexes.FirstOrDefault(IsKey) is { } unique ? $"USING INDEX {unique.Name}" : "FULL";
    }

    /// <summary>The first unique index whose columns can't be NULL: what could be the key of a table without a primary key.</summary>
    public static CatalogIndex? UniqueKey(CatalogTable table) =>
        table.UniqueIndexes.FirstOrDefault(i => i.Columns.All(c => table.Columns.First(t => t.Name == c).NotNull));

    private static IEnumerable<CatalogIndex> Indexes(CatalogTable table) =>
        table.PrimaryKey is { } key ? table.UniqueIndexes.Prepend(key) : table.UniqueIndexes;
}
