using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Catalog;

internal enum KeysType { Duplicate, Unique, Primary }

/// <summary>What a column left out of a load or an INSERT gets.</summary>
internal enum DefaultKind { None, Literal, CurrentTimestamp, Uuid, Null }

internal sealed record ColumnDefinition(string Name, ColumnType Type, bool Nullable, bool IsKey)
{
    public DefaultKind Default { get; init; }
    public string? DefaultText { get; init; }
    public string Comment { get; init; } = "";
    public bool AutoIncrement { get; init; }

    /// <summary>Null: an ordinary column.</summary>
    public Expression? Generation { get; init; }

    /// <summary>What <see cref="DefaultText"/> is read as: a JSON or nested default is the value itself, not a text of it.</summary>
    public Values.SourceKind DefaultSource => Type.IsNested || Type.Kind == TypeKind.Json ? Values.SourceKind.Nested : Values.SourceKind.String;

    /// <summary>The name it was created under, which stays taken after a RENAME (STARROCKS.md, 6.2).</summary>
    public string ColumnId { get; init; } = Name;
}

/// <summary>A table as CREATE TABLE left it. <c>Id</c> names its SQLite table, whose names don't tell case apart.</summary>
internal sealed record TableDefinition(string Database, string Name, KeysType Keys, IReadOnlyList<ColumnDefinition> Columns)
{
    public long Id { get; init; }

    /// <summary>Grows with every ALTER: a load that was planned on another version of its table must be planned again.</summary>
    public long SchemaVersion { get; init; }
    public IReadOnlyList<string> IndexTexts { get; init; } = [];
    public IReadOnlyList<string> KeyNames { get; init; } = [];
    public string Comment { get; init; } = "";
    public PartitionKind Partitioning { get; init; }

    /// <summary>What SHOW CREATE TABLE has behind PARTITION BY.</summary>
    public string PartitionText { get; init; } = "";

    /// <summary>Of RANGE and LIST.</summary>
    public IReadOnlyList<TablePartition> Partitions { get; init; } = [];
    public IReadOnlyList<string> PartitionColumns { get; init; } = [];
    public IReadOnlyList<string> DistributionColumns { get; init; } = [];
    public bool RandomDistribution { get; init; }
    public int Buckets { get; init; }
    public IReadOnlyList<string> SortColumns { get; init; } = [];
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    public string StorageName => $"t{Id}";
    public int KeyCount => KeyNames.Count;
    public bool IsPrimaryKey => Keys == KeysType.Primary;

    /// <summary>Index of the AUTO_INCREMENT column, or -1.</summary>
    public int AutoIncrementColumn => Columns.TakeWhile(c => !c.AutoIncrement).Count() is var at && at < Columns.Count ? at : -1;

    public int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
