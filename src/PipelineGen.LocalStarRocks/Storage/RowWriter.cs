using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>Upserts, appends and deletes rows of one table within one transaction. Cells are indexed by the table's columns.</summary>
internal sealed class RowWriter : IRowSink, IDisposable
{
    private readonly int _columns;
    private readonly int _keys;
    private readonly PrimaryKeySize _keySize;
    private readonly SqliteStatement _upsert;
    private readonly SqliteStatement? _delete;
    private readonly GeneratedRefresh? _refresh;

    /// <param name="rule">Null: an upsert replaces the whole row.</param>
    /// <param name="fill">Works out a row's generated columns; rows that come whole have them already.</param>
    public RowWriter(SqliteHandle db, TableDefinition table, UpsertRule? rule = null, Action<RowCells>? fill = null)
    {
        _columns = table.Columns.Count;
        _keys = table.KeyCount;
        _keySize = new PrimaryKeySize(table);
        string columns = string.Join(", ", table.Columns.Select(c => Identifiers.Storage(c.Name)));
        string values = string.Join(", ", Enumerable.Range(1, table.Columns.Count).Select(i => $"?{i}"));
        string into = $"INTO {table.StorageName} ({columns}) VALUES ({values})";
        if (!table.IsPrimaryKey)
        {
            _upsert = db.Prepare((table.Keys == KeysType.Unique ? "INSERT OR REPLACE " : "INSERT ") + into);
            return;
        }

        _upsert = db.Prepare(rule is null ? "INSERT OR REPLACE " + into : $"INSERT {into} ON CONFLICT DO {OnConflict(table, rule)}");
        _refresh = rule?.Updated is not null && fill is not null ? new GeneratedRefresh(db, table, fill) : null;
        _delete = db.Prepare($"DELETE FROM {table.StorageName} WHERE " +
            string.Join(" AND ", table.KeyNames.Select((k, i) => $"{Identifiers.Storage(k)} = ?{i + 1}")));
    }

    public void Upsert(RowCells row)
    {
        _keySize.Check(row);
        for (int i = 0; i < _columns; i++)
        {
            row.Bind(_upsert, i + 1, i);
        }

        _upsert.Step();
        _upsert.Reset();
        _refresh?.Run(row);
    }

    public void Delete(RowCells row)
    {
        _keySize.Check(row);
        for (int i = 0; i < _keys; i++)
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
        _refresh?.Dispose();
    }

    private static string OnConflict(TableDefinition table, UpsertRule rule)
    {
        IEnumerable<int> changed = rule.Updated ?? Enumerable.Range(0, table.Columns.Count);
        string[] sets = [.. changed.Where(i => i >= table.KeyCount).Select(i => Identifiers.Storage(table.Columns[i].Name)).Select(c => $"{c} = excluded.{c}")];
        if (sets.Length == 0)
        {
            return "NOTHING";
        }

        string update = "UPDATE SET " + string.Join(", ", sets);
        if (rule.MergeColumn < 0)
        {
            return update;
        }

        // NULL is below every value, as in the server's column comparison.
        string condition = Identifiers.Storage(table.Columns[rule.MergeColumn].Name);
        return $"{update} WHERE {table.StorageName}.{condition} IS NULL OR excluded.{condition} >= {table.StorageName}.{condition}";
    }
}
