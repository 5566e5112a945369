namespace PipelineGen;

/// <summary>
/// Decides for all columns of a row type, or for all of one Postgres type, where <see cref="ColumnAttribute"/> decides nothing. For a whole
/// project: the MSBuild properties <c>PipelineGenPolicy</c> and <c>PipelineGenTypes</c>. The nearest choice wins (TYPES.md, rule 3).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class ColumnDefaultsAttribute : Attribute
{
    /// <summary>For columns of all types.</summary>
    public ColumnDefaultsAttribute()
    {
    }

    /// <param name="postgresType">The type as the catalog file names it, without modifiers: <c>numeric</c>, <c>public.citext</c>; elements of arrays are of it too.</param>
    public ColumnDefaultsAttribute(string postgresType) => PostgresType = postgresType;

    /// <summary>Null for all types.</summary>
    public string? PostgresType { get; }

    /// <summary>As <see cref="ColumnAttribute.StarRocksType"/>; needs <see cref="PostgresType"/>.</summary>
    public string? StarRocksType { get; set; }

    /// <summary>As <see cref="ColumnAttribute.Policy"/>; columns whose type has no such values, and Null and Clamp for key columns, are passed over.</summary>
    public ValuePolicy Policy { get; set; }
}
