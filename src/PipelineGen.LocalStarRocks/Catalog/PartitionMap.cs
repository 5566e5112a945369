using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Tells the rows that some partition of a RANGE or LIST table takes from those that none does.</summary>
internal sealed class PartitionMap
{
    /// <summary>STARROCKS.md, 8.</summary>
    public const string OutOfRanges = "The row is out of partition ranges. Please add a new partition.";

    private readonly PartitionKeys _keys;
    private readonly RowCells?[] _lowest;
    private readonly (RowCells?[] From, RowCells?[] To)[] _ranges;
    private readonly RowCells?[][] _values;

    private PartitionMap(TableDefinition table, IEnumerable<TablePartition> partitions)
    {
        _keys = new PartitionKeys(table);
        bool ranges = table.Partitioning == PartitionKind.Range;
        _lowest = ranges ? _keys.Read([]) : [];
        _ranges = ranges ? [.. partitions.Select(p => (_keys.Read(p.From), _keys.Read(p.To)))] : [];
        _values = ranges ? [] : [.. partitions.SelectMany(p => p.Values).Select(_keys.Read)];
    }

    /// <summary>Null: every row has a partition.</summary>
    /// <param name="only">The partitions that rows may go to; null: any.</param>
    public static PartitionMap? Of(TableDefinition table, IReadOnlyCollection<string>? only = null) => table.Partitioning is PartitionKind.Range or PartitionKind.List
        ? new PartitionMap(table, table.Partitions.Where(p => only?.Contains(p.Name, StringComparer.OrdinalIgnoreCase) ?? true))
        : null;

    public bool Holds(RowCells row)
    {
        foreach ((RowCells?[] from, RowCells?[] to) in _ranges)
        {
            if (_keys.CompareRow(row, from, _lowest) >= 0 && _keys.CompareRow(row, to, _lowest) < 0)
            {
                return true;
            }
        }

        foreach (RowCells?[] value in _values)
        {
            if (_keys.Equals(row, value))
            {
                return true;
            }
        }

        return false;
    }
}
