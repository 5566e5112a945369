namespace PipelineGen;

/// <summary>
/// Decides about one column: on the row type for a column whose property is generated, or on a declared partial property.
/// </summary>
/// <param name="name">The Postgres column.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class ColumnAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Leaves the column out: no property, nothing in StarRocks.</summary>
    public bool Ignore { get; set; }

    /// <summary>
    /// Another StarRocks type than the type contract's default, such as <c>DECIMAL(20,4)</c> or <c>ARRAY&lt;VARCHAR(64)&gt;</c>. VARCHAR(n)
    /// carries any type as the text that Postgres prints; STRUCT is for ranges and points, JSON for arrays, composites and hstore.
    /// </summary>
    public string? StarRocksType { get; set; }

    /// <summary>What becomes of a value that the StarRocks type can't hold; in an array or composite, of an element or attribute.</summary>
    public ValuePolicy Policy { get; set; }

    /// <summary>Takes off the spaces that pad char(n); they mean nothing to Postgres, which compares without them.</summary>
    public bool Trim { get; set; }

    /// <summary>The column's name in StarRocks; default: the Postgres name.</summary>
    public string? TargetName { get; set; }
}
