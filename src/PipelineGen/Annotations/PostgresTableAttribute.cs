namespace PipelineGen;

/// <summary>
/// Makes a partial class, record or struct the row type of a Postgres table. Its properties, decoder, encoder and
/// StarRocks DDL are generated from <c>catalog/&lt;schema&gt;.&lt;table&gt;.pgcatalog</c>.
/// </summary>
/// <param name="table">The table with its schema, as the catalog file names it: <c>public.orders</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class PostgresTableAttribute(string table) : Attribute
{
    public string Table { get; } = table;
}
