using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>What makes the later row of a UNIQUE KEY replace the earlier one (STARROCKS.md, 5.2).</summary>
internal static class UniqueKeyIndex
{
    public static void Create(SqliteHandle db, TableDefinition table)
    {
        if (table.Keys == KeysType.Unique)
        {
            db.Execute($"CREATE UNIQUE INDEX {Name(table)} ON {table.StorageName} ({string.Join(", ", table.Columns.Take(table.KeyCount).Select(Part))})");
        }
    }

    public static void Drop(SqliteHandle db, TableDefinition table)
    {
        if (table.Keys == KeysType.Unique)
        {
            db.Execute($"DROP INDEX {Name(table)}");
        }
    }

    private static string Name(TableDefinition table) => $"unique_{table.StorageName}";

    // Keys may be NULL, and two NULLs are one key: SQLite's own unique indexes tell them apart.
    private static string Part(ColumnDefinition column)
    {
        string name = Identifiers.Storage(column.Name);
        return column.Nullable ? $"{name} IS NULL, ifnull({name}, 0)" : name;
    }
}
