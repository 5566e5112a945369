namespace PipelineGen.Schema.Ddl;

/// <summary>One column of a StarRocks table.</summary>
/// <param name="Type">As the DDL writes it: <c>DECIMAL(12,2)</c>.</param>
public sealed record StarRocksColumn(string Name, string Type, bool NotNull, string? Comment = null);

/// <summary>One entry of PROPERTIES; both are strings to StarRocks, also where they hold a number.</summary>
public sealed record StarRocksProperty(string Name, string Value);

/// <summary>How StarRocks keeps the rows (STARROCKS.md 5.2).</summary>
public enum StarRocksModel
{
    /// <summary>PRIMARY KEY: one row a key; changes and deletes follow the source.</summary>
    PrimaryKey,

    /// <summary>DUPLICATE KEY: rows are only ever added.</summary>
    Append,
}

/// <summary>
/// A table of StarRocks. Rules that the server checks are kept by construction: the key is not empty and its columns exist,
/// come first, in key order, and are NOT NULL where the key is a primary one (STARROCKS.md 5.2).
/// </summary>
public sealed record StarRocksTable
{
    /// <param name="name">Without database: DDL is the same for every database it is run in.</param>
    /// <param name="columns">In any order.</param>
    /// <param name="key">Names of key columns, in key order; of an append table the columns that its rows are sorted by.</param>
    /// <exception cref="ArgumentException">The key is empty or names a column that the table does not have.</exception>
    public StarRocksTable(string name, IEnumerable<StarRocksColumn> columns, IEnumerable<string> key, StarRocksModel model = StarRocksModel.PrimaryKey)
    {
        Name = name;
        Model = model;
        Key = key.ToEquatableArray();
        if (Key.Count == 0)
            throw new ArgumentException($"Table {name} has no key column.", nameof(key));
        StarRocksColumn[] all = columns.ToArray();
        var keyColumns = new List<StarRocksColumn>();
        foreach (string column in Key)
        {
            StarRocksColumn found = all.FirstOrDefault(c => c.Name == column)
                ?? throw new ArgumentException($"Table {name} has no column {column}, which its key names.", nameof(key));
            keyColumns.Add(found with { NotNull = found.NotNull || model == StarRocksModel.PrimaryKey });
        }

        Columns = keyColumns.Concat(all.Where(c => !Key.Contains(c.Name))).ToEquatableArray();
    }

    public string Name { get; }

    /// <summary>Key columns first, in key order; then the others as they were given.</summary>
    public EquatableArray<StarRocksColumn> Columns { get; }

    public EquatableArray<string> Key { get; }

    public StarRocksModel Model { get; }

    public string? Comment { get; init; }

    /// <summary>The distribution columns, a part of the key; empty for the whole key, or for RANDOM in an append table.</summary>
    public EquatableArray<string> DistributedBy { get; init; }

    /// <summary>Hash buckets; 0 lets StarRocks choose.</summary>
    public int Buckets { get; init; }

    /// <summary>The sort key where it is not the key.</summary>
    public EquatableArray<string> OrderBy { get; init; }

    public EquatableArray<StarRocksProperty> Properties { get; init; }
}
