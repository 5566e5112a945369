using PipelineGen;

namespace Shop;

/// <summary>A product: every column as the type contract carries it.</summary>
[PostgresTable("public.products")]
public partial record Product;
