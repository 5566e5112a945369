using PipelineGen;

namespace Shop;

/// <summary>A line of an order; its key has two columns.</summary>
[PostgresTable("public.order_items")]
[StarRocksTable("order_items", Buckets = 8, Properties = ["replication_num=1"])]
[Column("options", StarRocksType = "JSON")]
public partial class OrderItem;
