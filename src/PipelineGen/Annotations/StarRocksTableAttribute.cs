namespace PipelineGen;

/// <summary>What the StarRocks table is to look like where the default is not wanted.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class StarRocksTableAttribute : Attribute
{
    public StarRocksTableAttribute()
    {
    }

    /// <param name="name">The table's name in StarRocks; default: the Postgres table's name.</param>
    public StarRocksTableAttribute(string name) => Name = name;

    public string? Name { get; }

    /// <summary>Whether rows are replaced and deleted by their key, or only ever added. Default: <see cref="TableModel.PrimaryKey"/>.</summary>
    public TableModel Model { get; set; }

    /// <summary>
    /// The key columns, in order, where the Postgres table has no primary key or another unique index is to be the key.
    /// They must be NOT NULL, unique, and part of every delete: the replica identity has to cover them.
    /// Of an append table: the columns that StarRocks sorts its rows by; default: the primary key, or the first column that can be.
    /// </summary>
    public string[]? Key { get; set; }

    /// <summary>Sort key: column names separated by commas. Default: the key.</summary>
    public string? OrderBy { get; set; }

    /// <summary>Number of hash buckets; 0 lets StarRocks choose.</summary>
    public int Buckets { get; set; }

    /// <summary>Table properties, each <c>name=value</c>, such as <c>replication_num=1</c>.</summary>
    public string[]? Properties { get; set; }
}
