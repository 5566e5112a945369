using System.Collections.Immutable;
using System.Globalization;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Databases and tables at one moment.</summary>
internal sealed record CatalogSnapshot(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, TableDefinition>> Databases)
{
    public TableDefinition? Find(string database, string table) =>
        Databases.TryGetValue(database, out var tables) && tables.TryGetValue(table, out TableDefinition? found) ? found : null;

    public bool HasDatabase(string database) => Databases.ContainsKey(database) || IsSystem(database);

    public static bool IsSystem(string database) => database is "information_schema" or "sys" or "_statistics_";
}

/// <summary>The catalog: a snapshot for readers, changed under the writer's gate, kept in SQLite as CREATE TABLE texts.</summary>
internal sealed class CatalogStore
{
    private readonly SqliteStore _store;
    private volatile CatalogSnapshot _current;

    public CatalogStore(SqliteStore store)
    {
        _store = store;
        _current = Load(store);
    }

    public CatalogSnapshot Current => _current;

    public Task CreateDatabaseAsync(string name, bool ifNotExists, CancellationToken ct) => ChangeAsync((db, catalog) =>
    {
        if (catalog.HasDatabase(name))
        {
            return ifNotExists ? catalog : throw new StarRocksError(1007, "HY000", $"Can't create database '{name}'; database exists");
        }

        Run(db, "INSERT INTO sr_databases VALUES (?1)", name);
        return new(catalog.Databases.Add(name, ImmutableSortedDictionary.Create<string, TableDefinition>(StringComparer.Ordinal)));
    }, ct);

    public Task DropDatabaseAsync(string name, bool ifExists, CancellationToken ct) => ChangeAsync((db, catalog) =>
    {
        if (!catalog.Databases.TryGetValue(name, out var tables))
        {
            return ifExists ? catalog : throw new StarRocksError(1008, "HY000", $"Can't drop database '{name}'; database doesn't exist");
        }

        foreach (TableDefinition table in tables.Values)
        {
            db.Execute($"DROP TABLE {table.StorageName}");
            AutoIncrement.Drop(db, table);
            Run(db, "DELETE FROM sr_column_ids WHERE table_id = ?1", table.Id.ToString(CultureInfo.InvariantCulture));
        }

        Run(db, "DELETE FROM sr_tables WHERE db = ?1", name);
        Run(db, "DELETE FROM sr_databases WHERE name = ?1", name);
        return new(catalog.Databases.Remove(name));
    }, ct);

    public Task CreateTableAsync(TableDefinition table, bool ifNotExists, CancellationToken ct) => ChangeAsync((db, catalog) =>
    {
        if (!catalog.Databases.TryGetValue(table.Database, out var tables))
        {
            throw StarRocksError.UnknownDatabase(table.Database);
        }

        if (tables.ContainsKey(table.Name))
        {
            return ifNotExists ? catalog : throw new StarRocksError(1050, "42S01", $"Table '{table.Name}' already exists");
        }

        TableDefinition kept = table with { Id = Run(db, "INSERT INTO sr_tables (db, name, definition) VALUES (?1, ?2, ?3) RETURNING id", table.Database, table.Name, TableText.Print(table)) };
        db.Execute(StorageDefinition(kept));
        UniqueKeyIndex.Create(db, kept);
        return new(catalog.Databases.SetItem(table.Database, tables.Add(table.Name, kept)));
    }, ct);

    public Task DropTableAsync(string database, string name, bool ifExists, CancellationToken ct) => ChangeAsync((db, catalog) =>
    {
        if (catalog.Find(database, name) is not { } table)
        {
            return ifExists ? catalog : throw StarRocksError.UnknownTable($"{database}.{name}");
        }

        db.Execute($"DROP TABLE {table.StorageName}");
        AutoIncrement.Drop(db, table);
        Run(db, "DELETE FROM sr_tables WHERE db = ?1 AND name = ?2", database, name);
        Run(db, "DELETE FROM sr_column_ids WHERE table_id = ?1", table.Id.ToString(CultureInfo.InvariantCulture));
        return new(catalog.Databases.SetItem(database, catalog.Databases[database].Remove(name)));
    }, ct);

    private static CatalogSnapshot Load(SqliteStore store)
    {
        SqliteHandle db = store.RentReader();
        var databases = ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, TableDefinition>>(StringComparer.Ordinal);
        using (SqliteStatement names = db.Prepare("SELECT name FROM sr_databases"))
        {
            while (names.Step())
            {
                databases = databases.Add(names.Text(0), ImmutableSortedDictionary.Create<string, TableDefinition>(StringComparer.Ordinal));
            }
        }

        using (SqliteStatement tables = db.Prepare("SELECT id, db, definition FROM sr_tables"))
        {
            while (tables.Step())
            {
                string database = tables.Text(1);
                var statement = (CreateTableStatement)SqlParser.Parse(tables.Text(2));
                TableDefinition table = TableAnalysis.Analyse(statement, database) with { Id = tables.Integer(0) };
                table = WithColumnIds(db, table);
                databases = databases.SetItem(database, databases[database].Add(table.Name, table));
            }
        }

        store.Return(db);
        return new(databases);
    }

    /// <summary>Changes the catalog under the writer's gate; the new snapshot is seen once the transaction has committed.</summary>
    /// <param name="published">Runs when the new snapshot is seen, before the next change.</param>
    public Task ChangeAsync(Func<SqliteHandle, CatalogSnapshot, CatalogSnapshot> change, CancellationToken ct, Action? published = null) =>
        _store.WriteAsync(
            db => change(db, _current),
            changed =>
            {
                _current = changed;
                published?.Invoke();
            },
            ct);

    /// <summary>Writes down a table's new definition, under its new name if it has one. The rows are the caller's.</summary>
    public static CatalogSnapshot Replace(SqliteHandle db, CatalogSnapshot catalog, TableDefinition old, TableDefinition changed)
    {
        Write(db, changed);
        var tables = catalog.Databases[old.Database].Remove(old.Name).SetItem(changed.Name, changed);
        return new(catalog.Databases.SetItem(old.Database, tables));
    }

    /// <summary>Exchanges two tables' names.</summary>
    public static CatalogSnapshot Swap(SqliteHandle db, CatalogSnapshot catalog, TableDefinition one, TableDefinition other)
    {
        TableDefinition first = one with { Name = other.Name, SchemaVersion = one.SchemaVersion + 1 };
        TableDefinition second = other with { Name = one.Name, SchemaVersion = other.SchemaVersion + 1 };

        // The names are unique in SQLite too: one of them steps aside first.
        Run(db, "UPDATE sr_tables SET name = ?2 WHERE id = ?1", one.Id.ToString(CultureInfo.InvariantCulture), "\0");
        Write(db, second);
        Write(db, first);
        return new(catalog.Databases.SetItem(one.Database, catalog.Databases[one.Database].SetItem(first.Name, first).SetItem(second.Name, second)));
    }

    private static void Write(SqliteHandle db, TableDefinition table)
    {
        string id = table.Id.ToString(CultureInfo.InvariantCulture);
        Run(db, "UPDATE sr_tables SET name = ?2, definition = ?3 WHERE id = ?1", id, table.Name, TableText.Print(table));
        Run(db, "DELETE FROM sr_column_ids WHERE table_id = ?1", id);
        foreach (ColumnDefinition column in table.Columns.Where(c => c.ColumnId != c.Name))
        {
            Run(db, "INSERT INTO sr_column_ids VALUES (?1, ?2, ?3)", id, column.Name, column.ColumnId);
        }
    }

    private static TableDefinition WithColumnIds(SqliteHandle db, TableDefinition table)
    {
        using SqliteStatement ids = db.Prepare("SELECT name, id FROM sr_column_ids WHERE table_id = ?1");
        ids.Bind(1, table.Id);
        ColumnDefinition[] columns = [.. table.Columns];
        while (ids.Step())
        {
            int at = table.IndexOf(ids.Text(0));
            columns[at] = columns[at] with { ColumnId = ids.Text(1) };
        }

        return table with { Columns = columns };
    }

    private static string StorageDefinition(TableDefinition table)
    {
        IEnumerable<string> parts = table.Columns.Select(c => $"{Identifiers.Storage(c.Name)} {c.Type.StorageType}");
        if (!table.IsPrimaryKey)
        {
            return $"CREATE TABLE {table.StorageName} ({string.Join(", ", parts)})";
        }

        string keys = string.Join(", ", table.KeyNames.Select(Identifiers.Storage));
        return $"CREATE TABLE {table.StorageName} ({string.Join(", ", parts)}, PRIMARY KEY ({keys})) WITHOUT ROWID";
    }

    private static long Run(SqliteHandle db, string sql, params string[] values)
    {
        using SqliteStatement statement = db.Prepare(sql);
        for (int i = 0; i < values.Length; i++)
        {
            statement.Bind(i + 1, values[i]);
        }

        long result = 0;
        while (statement.Step())
        {
            result = statement.Integer(0);
        }

        return result;
    }
}
