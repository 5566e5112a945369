namespace PipelineGen.Benchmarks;

/// <summary>The twelve columns of schema.sql.</summary>
[PostgresTable("public.orders")]
[StarRocksTable("orders", Properties = ["replication_num=1"])]
[Column("metadata", StarRocksType = "JSON")]
public partial class Order;
