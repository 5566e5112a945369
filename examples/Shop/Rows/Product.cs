using PipelineGen;

namespace Shop;

/// <summary>A product: every column as the type contract carries it.</summary>
[PostgresTable("public.products")]
[StarRocksTable("products", Properties = ["replication_num=1"])]
public partial record Product;
