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
    /// Another StarRocks type than the type contract's default, such as <c>DECIMAL(20,4)</c>. VARCHAR(n) carries any type
    /// as the text that Postgres prints.
    /// </summary>
    public string? StarRocksType { get; set; }

    /// <summary>The column's name in StarRocks; default: the Postgres name.</summary>
    public string? TargetName { get; set; }
}
