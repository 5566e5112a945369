using PipelineGen;

namespace Shop;

/// <summary>An order, sorted in StarRocks by the time it was placed.</summary>
[PostgresTable("public.orders")]
[StarRocksTable("orders", OrderBy = "placed_at", Buckets = 8, Properties = ["replication_num=1"])]
[Column("metadata", StarRocksType = "JSON")]
public partial class Order
{
    /// <summary>The total with room for more digits than Postgres has; checked against the catalog file.</summary>
    [Column("total", StarRocksType = "DECIMAL(20,4)")]
    public partial decimal Total { get; }
}
