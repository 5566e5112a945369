using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>Upserts, appends and deletes rows of one table within one transaction. Cells are indexed by the table's columns.</summary>
internal sealed class RowWriter : IRowSink, IDisposable
{
    // BE: primary_key_limit_size
    private const int KeyLimit = 128;

    private readonly TableDefinition _table;
    private readonly SqliteStatement _upsert;
    private readonly SqliteStatement? _delete;
    private readonly bool _keySizeCanExceed;

    /// <param name="updated">For a partial update: the columns that change in rows that exist. Null: whole rows.</param>
    public RowWriter(SqliteHandle db, TableDefinition table, IReadOnlyCollection<int>? updated = null)
    {
        _table = table;
        string columns = string.Join(", ", table.Columns.Select(c => Identifiers.Storage(c.Name)));
        string values = string.Join(", ", Enumerable.Range(1, table.Columns.Count).Select(i => $"?{i}"));
        string into = $"INTO {table.StorageName} ({columns}) VALUES ({values})";
        if (!table.IsPrimaryKey)
        {
            _upsert = db.Prepare("INSERT " + into);
            return;
        }

        _upsert = db.Prepare(updated is null ? "INSERT OR REPLACE " + into : $"INSERT {into} ON CONFLICT DO {OnConflict(table, updated)}");
        _delete = db.Prepare($"DELETE FROM {table.StorageName} WHERE " +
            string.Join(" AND ", table.KeyNames.Select((k, i) => $"{Identifiers.Storage(k)} = ?{i + 1}")));
        _keySizeCanExceed = table.Columns.Take(table.KeyCount).Any(c => c.Type.IsText) || table.KeyCount > 8;
    }

    public void Upsert(RowCells row)
    {
        CheckKey(row);
        for (int i = 0; i < _table.Columns.Count; i++)
        {
            row.Bind(_upsert, i + 1, i);
        }

        _upsert.Step();
        _upsert.Reset();
    }

    public void Delete(RowCells row)
    {
        CheckKey(row);
        for (int i = 0; i < _table.KeyCount; i++)
        {
            row.Bind(_delete!, i + 1, i);
        }

        _delete!.Step();
        _delete.Reset();
    }

    public void Dispose()
    {
        _upsert.Dispose();
        _delete?.Dispose();
    }

    private static string OnConflict(TableDefinition table, IReadOnlyCollection<int> updated)
    {
        string[] sets = [.. updated.Where(i => i >= table.KeyCount).Select(i => Identifiers.Storage(table.Columns[i].Name)).Select(c => $"{c} = excluded.{c}")];
        return sets.Length == 0 ? "NOTHING" : "UPDATE SET " + string.Join(", ", sets);
    }

    private void CheckKey(RowCells row)
    {
        if (!_keySizeCanExceed)
        {
            return;
        }

        // STARROCKS.md, 4: fixed widths; strings before the last column are escaped and terminated (+2 bytes, +1 per NUL).
        int size = 0;
        for (int i = 0; i < _table.KeyCount; i++)
        {
            size += _table.Columns[i].Type.Kind switch
            {
                TypeKind.Boolean or TypeKind.TinyInt => 1,
                TypeKind.SmallInt => 2,
                TypeKind.Int or TypeKind.Date => 4,
                TypeKind.BigInt or TypeKind.DateTime => 8,
                TypeKind.LargeInt => 16,
                _ => row.Cells[i].Length + (i + 1 < _table.KeyCount ? 2 + row.Bytes(i).Count((byte)0) : 0),
            };
        }

        if (size > KeyLimit)
        {
            throw new RowRefusedException("primary key size exceed the limit.");
        }
    }
}

/// <summary>A row that fails its whole load or statement.</summary>
internal sealed class RowRefusedException(string message) : Exception(message);
