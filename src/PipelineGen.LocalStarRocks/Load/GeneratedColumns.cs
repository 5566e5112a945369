using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Works out a row's generated columns from its other columns (STARROCKS.md, 5.2). For one thread: expressions keep scratch values.</summary>
internal sealed class GeneratedColumns
{
    private readonly (int Column, ColumnType Type, Mapping Value)[] _columns;
    private readonly MappedRow _row;

    private GeneratedColumns(TableDefinition table, TimeProvider time)
    {
        _columns = [.. table.Columns.Select((c, i) => (c, i)).Where(c => c.c.Generation is not null).Select(c => (c.i, c.c.Type, Bind(table, c.c.Generation!)))];
        _row = new MappedRow(0, LoadClock.Default, time);
    }

    /// <summary>Null: the table has none.</summary>
    public static GeneratedColumns? Of(TableDefinition table, TimeProvider time) =>
        table.Columns.Any(c => c.Generation is not null) ? new GeneratedColumns(table, time) : null;

    /// <exception cref="LoadFailure">The expression, or a type in it, isn't in the stand-in.</exception>
    public static Mapping Bind(TableDefinition table, Expression expression) => new MappingCompiler(name =>
    {
        int column = table.IndexOf(name.Name);
        ColumnType type = table.Columns[column].Type;
        return new Mapping(MapValue.TypeOf(type), row => MapValue.Read(row.Row!, column, type));
    }).Compile(expression);

    public void Fill(RowCells row)
    {
        foreach ((int column, ColumnType type, Mapping value) in _columns)
        {
            if (_row.Compute(value, type, row, column) != Conversion.Done)
            {
                row.SetNull(column);
            }
        }
    }
}
