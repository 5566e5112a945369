using System.Globalization;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Brings a table's rows from one definition to the next, inside the writer's transaction.</summary>
internal static class StorageChange
{
    // No column of StarRocks' may have this name.
    private const string Changed = "\"__row\"";

    public static void Apply(SqliteHandle db, TableDefinition from, TableDefinition to, DateTimeOffset now)
    {
        string table = from.StorageName;
        UniqueKeyIndex.Drop(db, from);
        foreach (ColumnDefinition column in from.Columns.Where(c => to.IndexOf(c.Name) < 0))
        {
            db.Execute($"ALTER TABLE {table} DROP COLUMN {Identifiers.Storage(column.Name)}");
        }

        foreach (ColumnDefinition column in to.Columns)
        {
            int old = from.IndexOf(column.Name);
            if (old < 0)
            {
                Add(db, table, column, now);
            }
            else if (NeedsConversion(from.Columns[old].Type, column.Type))
            {
                Convert(db, table, from.Columns[old].Type, column);
            }
        }

        UniqueKeyIndex.Create(db, to);
    }

    public static void Rename(SqliteHandle db, TableDefinition table, string from, string to) =>
        db.Execute($"ALTER TABLE {table.StorageName} RENAME COLUMN {Identifiers.Storage(from)} TO {Identifiers.Storage(to)}");

    // Rows that are there get the default, as they do in StarRocks.
    private static void Add(SqliteHandle db, string table, ColumnDefinition column, DateTimeOffset now)
    {
        string name = Identifiers.Storage(column.Name);
        string? value = column.Default switch
        {
            DefaultKind.Literal => TypedSql.Stored(column.Type, column.DefaultSource, column.DefaultText!),
            DefaultKind.CurrentTimestamp => $"'{now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}'",
            DefaultKind.Uuid => "sr_uuid()",
            _ => null,
        };
        db.Execute($"ALTER TABLE {table} ADD COLUMN {name} {column.Type.StorageType}");
        if (value is not null)
        {
            db.Execute($"UPDATE {table} SET {name} = {value}");
        }
    }

    public static bool NeedsConversion(ColumnType from, ColumnType to) =>
        from.ToSql() != to.ToSql() && !(from.IsText && to.IsText) && !(from.IsInteger && to.IsInteger);

    // A value that doesn't convert fails the statement, and with it the job: the BE ends such a job CANCELLED [~].
    private static void Convert(SqliteHandle db, string table, ColumnType from, ColumnDefinition column)
    {
        string name = Identifiers.Storage(column.Name);
        db.Execute($"ALTER TABLE {table} ADD COLUMN {Changed} {column.Type.StorageType}");
        string convert = $"UPDATE {table} SET {Changed} = sr_alter({name}, {Identifiers.StorageText(from.ToSql())}, {Identifiers.StorageText(column.Type.ToSql())})";
        try
        {
            db.Execute(convert);
        }
        catch (InvalidOperationException e)
        {
            // The job's Msg names the value, not what was tried with it.
            throw StarRocksError.Refused(e.Message.Replace("SQLite: ", "", StringComparison.Ordinal).Replace($" in: {convert}", $" in column {column.Name}", StringComparison.Ordinal));
        }

        db.Execute($"ALTER TABLE {table} DROP COLUMN {name}");
        db.Execute($"ALTER TABLE {table} RENAME COLUMN {Changed} TO {name}");
    }
}
