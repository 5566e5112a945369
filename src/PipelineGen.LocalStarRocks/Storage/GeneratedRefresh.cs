using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>After a partial update: the generated columns of a row come from all of its columns, those included that the load didn't give.</summary>
internal sealed class GeneratedRefresh : IDisposable
{
    private readonly TableDefinition _table;
    private readonly Action<RowCells> _fill;
    private readonly int[] _generated;
    private readonly RowCells _stored;
    private readonly SqliteStatement _read;
    private readonly SqliteStatement _write;

    /// <param name="fill">Works out the generated columns of a row.</param>
    public GeneratedRefresh(SqliteHandle db, TableDefinition table, Action<RowCells> fill)
    {
        _table = table;
        _fill = fill;
        _generated = [.. Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].Generation is not null)];
        _stored = new RowCells(table.Columns.Count);
        string keys = string.Join(" AND ", table.KeyNames.Select((k, i) => $"{Identifiers.Storage(k)} = ?{i + 1}"));
        string sets = string.Join(", ", _generated.Select((c, i) => $"{Identifiers.Storage(table.Columns[c].Name)} = ?{table.KeyCount + i + 1}"));
        _read = db.Prepare($"SELECT {string.Join(", ", table.Columns.Select(c => Identifiers.Storage(c.Name)))} FROM {table.StorageName} WHERE {keys}");
        _write = db.Prepare($"UPDATE {table.StorageName} SET {sets} WHERE {keys}");
    }

    /// <param name="row">Its key columns tell which.</param>
    public void Run(RowCells row)
    {
        BindKeys(_read, row);
        bool found = _read.Step();
        if (found)
        {
            Read();
        }

        _read.Reset();
        if (!found)
        {
            return;
        }

        _fill(_stored);
        BindKeys(_write, row);
        for (int i = 0; i < _generated.Length; i++)
        {
            _stored.Bind(_write, _table.KeyCount + i + 1, _generated[i]);
        }

        _write.Step();
        _write.Reset();
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }

    private void BindKeys(SqliteStatement statement, RowCells row)
    {
        for (int i = 0; i < _table.KeyCount; i++)
        {
            row.Bind(statement, i + 1, i);
        }
    }

    private void Read()
    {
        _stored.Clear();
        for (int i = 0; i < _table.Columns.Count; i++)
        {
            if (_read.IsInteger(i))
            {
                _stored.Set(i, _read.Integer(i));
            }
            else if (_read.IsReal(i))
            {
                _stored.Set(i, _read.Real(i));
            }
            else if (_table.Columns[i].Type.Kind == TypeKind.Varbinary && !_read.IsNull(i))
            {
                _stored.SetBlob(i, _read.Bytes(i));
            }
            else if (!_read.IsNull(i))
            {
                _stored.SetText(i, _read.Bytes(i));
            }
        }
    }
}
