using PipelineGen;

namespace Shop;

/// <summary>A product: every column as the type contract carries it; JSON is said, since StarRocks' is less exact than Postgres'.</summary>
[PostgresTable("public.products")]
[StarRocksTable("products", Properties = ["replication_num=1"])]
[Column("attributes", StarRocksType = "JSON")]
public partial record Product;
