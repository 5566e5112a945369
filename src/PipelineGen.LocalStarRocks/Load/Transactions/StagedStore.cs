using System.Globalization;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.LocalStarRocks.Load.Transactions;

/// <summary>The bodies of PREPARED and of COMMITTED but unpublished transactions: what must survive a restart (STARROCKS.md, 2.4).</summary>
internal static class StagedStore
{
    // Well below SQLite's limit on one value.
    private const int PartBytes = 16 << 20;

    public static void Create(SqliteHandle db)
    {
        db.Execute("CREATE TABLE IF NOT EXISTS sr_staged (txn INTEGER, load INTEGER, tbl TEXT, table_id INTEGER, parameters TEXT, ends TEXT, PRIMARY KEY (txn, load)) WITHOUT ROWID");
        db.Execute("CREATE TABLE IF NOT EXISTS sr_staged_parts (txn INTEGER, load INTEGER, part INTEGER, bytes BLOB, PRIMARY KEY (txn, load, part))");
    }

    public static void Save(SqliteHandle db, long transaction, IReadOnlyList<StagedLoad> loads)
    {
        using SqliteStatement insert = db.Prepare("INSERT INTO sr_staged VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        using SqliteStatement insertPart = db.Prepare("INSERT INTO sr_staged_parts VALUES (?1, ?2, ?3, ?4)");
        for (int i = 0; i < loads.Count; i++)
        {
            StagedLoad load = loads[i];
            insert.Bind(1, transaction);
            insert.Bind(2, i);
            insert.Bind(3, load.Table);
            insert.Bind(4, load.TableId);
            insert.Bind(5, load.Parameters.ToJson());
            insert.Bind(6, string.Join(',', load.Ends));
            insert.Step();
            insert.Reset();
            ReadOnlyMemory<byte> bytes = load.AllBytes();
            for (int start = 0, part = 0; start < bytes.Length; start += PartBytes, part++)
            {
                insertPart.Bind(1, transaction);
                insertPart.Bind(2, i);
                insertPart.Bind(3, part);
                insertPart.BindBlob(4, bytes.Span.Slice(start, Math.Min(PartBytes, bytes.Length - start)));
                insertPart.Step();
                insertPart.Reset();
            }
        }
    }

    public static List<StagedLoad> Read(SqliteHandle db, long transaction)
    {
        var loads = new List<StagedLoad>();
        using SqliteStatement rows = db.Prepare("SELECT load, tbl, table_id, parameters, ends FROM sr_staged WHERE txn = ?1 ORDER BY load");
        rows.Bind(1, transaction);
        while (rows.Step())
        {
            var load = new StagedLoad(new TableDefinitionName(rows.Text(1), rows.Integer(2)), LoadParameters.Parse(rows.Text(3)));
            ReadOnlySpan<byte> bytes = ReadParts(db, transaction, rows.Integer(0));
            int start = 0;
            foreach (string text in rows.Text(4).Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                int end = int.Parse(text, CultureInfo.InvariantCulture);
                load.Add(bytes[start..end]);
                start = end;
            }

            loads.Add(load);
        }

        return loads;
    }

    public static void Delete(SqliteHandle db, long transaction)
    {
        foreach (string table in (string[])["sr_staged", "sr_staged_parts"])
        {
            using SqliteStatement delete = db.Prepare($"DELETE FROM {table} WHERE txn = ?1");
            delete.Bind(1, transaction);
            delete.Step();
        }
    }

    private static byte[] ReadParts(SqliteHandle db, long transaction, long load)
    {
        using var all = new MemoryStream();
        using SqliteStatement parts = db.Prepare("SELECT bytes FROM sr_staged_parts WHERE txn = ?1 AND load = ?2 ORDER BY part");
        parts.Bind(1, transaction);
        parts.Bind(2, load);
        while (parts.Step())
        {
            all.Write(parts.Bytes(0));
        }

        return all.ToArray();
    }
}
