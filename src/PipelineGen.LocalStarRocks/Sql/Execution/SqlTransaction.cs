using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>BEGIN ... COMMIT of one session, from 3.5 on (STARROCKS.md, 7): its rows are kept until COMMIT writes all of them at once.</summary>
internal sealed class SqlTransaction(LoadTransaction load)
{
    private readonly List<(TableDefinition Table, BufferedRows Rows)> _changes = [];

    public LoadTransaction Load { get; } = load;

    public string? Database { get; private set; }

    public bool Changed(long tableId) => _changes.Exists(c => c.Table.Id == tableId);

    /// <summary>One database, and each table once: StarRocks' rules without shared data.</summary>
    public void Check(TableDefinition table)
    {
        if (Database is not null && Database != table.Database)
        {
            throw new StarRocksError(5304, "25P01", "Cannot execute cross-database transactions. All DML target tables must belong to the same db");
        }

        ThrowIfChanged(table.Id);
    }

    public void ThrowIfChanged(long tableId)
    {
        if (Changed(tableId))
        {
            throw new StarRocksError(5303, "25P01", "NOT allowed to read or write tables that have been subjected to DML operations before");
        }
    }

    public void Add(TableDefinition table, BufferedRows rows)
    {
        Database = table.Database;
        _changes.Add((table, rows));
    }

    /// <summary>Inside the writer's transaction.</summary>
    public void Write(SqliteHandle db, CatalogSnapshot catalog)
    {
        foreach ((TableDefinition table, BufferedRows rows) in _changes)
        {
            TableDefinition now = catalog.Find(table.Database, table.Name) ?? throw StarRocksError.UnknownTable($"{table.Database}.{table.Name}");
            if (now.Id != table.Id || now.SchemaVersion != table.SchemaVersion)
            {
                throw StarRocksError.NotInStandIn($"a change of table {table.Name} while a transaction on it is open");
            }

            using var writer = new RowWriter(db, now);
            rows.WriteTo(writer);
        }
    }
}

/// <summary>Rows kept for later.</summary>
internal sealed class BufferedRows(int columns) : IRowSink
{
    private readonly List<RowCells> _rows = [];

    public void Upsert(RowCells row)
    {
        var copy = new RowCells(columns);
        for (int i = 0; i < columns; i++)
        {
            switch (row.Cells[i].Kind)
            {
                case CellKind.Null: break;
                case CellKind.Integer: copy.Set(i, row.Cells[i].Integer); break;
                case CellKind.Real: copy.Set(i, row.Cells[i].Real); break;
                case CellKind.Text: copy.SetText(i, row.Bytes(i)); break;
                default: copy.SetBlob(i, row.Bytes(i)); break;
            }
        }

        _rows.Add(copy);
    }

    public void Delete(RowCells row) => throw new NotSupportedException("A SQL transaction takes INSERT only");

    public void WriteTo(IRowSink sink) => _rows.ForEach(sink.Upsert);
}
