using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>
/// A table's AUTO_INCREMENT counter within one write of the store, kept with the rows: what was committed is never given
/// again, a restart included. Values that a client gives don't move it.
/// </summary>
internal sealed class AutoIncrement
{
    private readonly long _table;
    private long _next;

    private AutoIncrement(long table, long next)
    {
        _table = table;
        _next = next;
    }

    /// <summary>Null: the table has no such column.</summary>
    public static AutoIncrement? Open(SqliteHandle db, TableDefinition table)
    {
        if (table.AutoIncrementColumn < 0)
        {
            return null;
        }

        using SqliteStatement read = db.Prepare("SELECT next FROM sr_auto_increment WHERE table_id = ?1");
        read.Bind(1, table.Id);
        return new AutoIncrement(table.Id, read.Step() ? read.Integer(0) : 1);
    }

    public static void Drop(SqliteHandle db, TableDefinition table)
    {
        using SqliteStatement delete = db.Prepare("DELETE FROM sr_auto_increment WHERE table_id = ?1");
        delete.Bind(1, table.Id);
        delete.Step();
    }

    public long Next() => _next++;

    public void Save(SqliteHandle db)
    {
        using SqliteStatement write = db.Prepare("INSERT OR REPLACE INTO sr_auto_increment VALUES (?1, ?2)");
        write.Bind(1, _table);
        write.Bind(2, _next);
        write.Step();
    }
}
