using System.Text;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Values of a table's partition columns, as rows hold them, and their order.</summary>
internal sealed class PartitionKeys(TableDefinition table)
{
    private readonly int[] _columns = [.. table.PartitionColumns.Select(table.IndexOf)];

    public int Count => _columns.Length;

    public ColumnType Type(int i) => table.Columns[_columns[i]].Type;

    /// <summary>A partition's texts as values; null where MAXVALUE stands. What has fewer texts than columns goes on with the lowest values.</summary>
    public RowCells?[] Read(IReadOnlyList<string?> texts)
    {
        if (texts.Count > Count)
        {
            throw StarRocksError.Refused($"partition value list number {texts.Count} is more than partition columns number {Count}");
        }

        return [.. Enumerable.Range(0, Count).Select(i => i >= texts.Count ? Read(i, Lowest(i)) : texts[i] is { } text ? Read(i, text) : null)];
    }

    public string Lowest(int i) => Type(i).Kind switch
    {
        TypeKind.Boolean => "0",
        TypeKind.TinyInt => "-128",
        TypeKind.SmallInt => "-32768",
        TypeKind.Int => "-2147483648",
        TypeKind.BigInt => "-9223372036854775808",
        TypeKind.LargeInt => "-170141183460469231731687303715884105727",
        TypeKind.Date => "0000-01-01",
        TypeKind.DateTime => "0000-01-01 00:00:00",
        _ => "",
    };

    /// <summary>A table's row against a range's end. NULL is as low as the lowest value.</summary>
    public int CompareRow(RowCells row, RowCells?[] bound, RowCells?[] lowest)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            bool isNull = row.Cells[_columns[i]].Kind == CellKind.Null;
            int order = bound[i] is not { } end ? -1
                : isNull ? Compare(i, lowest[i]!, 0, end, 0)
                : Compare(i, row, _columns[i], end, 0);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>One end against another; MAXVALUE is above all.</summary>
    public int Compare(RowCells?[] left, RowCells?[] right)
    {
        for (int i = 0; i < Count; i++)
        {
            int order = left[i] is { } a
                ? right[i] is { } b ? Compare(i, a, 0, b, 0) : -1
                : right[i] is null ? 0 : 1;
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>A table's row against one value of a LIST, where NULL is NULL.</summary>
    public bool Equals(RowCells row, RowCells?[] value)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            bool isNull = row.Cells[_columns[i]].Kind == CellKind.Null;
            if (value[i] is not { } wanted ? !isNull : isNull || Compare(i, row, _columns[i], wanted, 0) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private RowCells Read(int i, string text)
    {
        var cells = new RowCells(1);
        return ValueConversion.Convert(Type(i), SourceKind.String, Encoding.UTF8.GetBytes(text), cells, 0) == Conversion.Done
            ? cells
            : throw StarRocksError.Refused($"Invalid partition value '{text}' for column {table.PartitionColumns[i]} of type {Type(i)}");
    }

    private int Compare(int i, RowCells left, int leftColumn, RowCells right, int rightColumn) => Type(i).IsExactText
        ? ExactNumbers.Compare(left.Bytes(leftColumn), right.Bytes(rightColumn))
        : left.Cells[leftColumn].Kind == CellKind.Integer ? left.Cells[leftColumn].Integer.CompareTo(right.Cells[rightColumn].Integer)
        : left.Bytes(leftColumn).SequenceCompareTo(right.Bytes(rightColumn));
}
