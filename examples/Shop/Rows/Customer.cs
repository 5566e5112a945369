using PipelineGen;

namespace Shop;

/// <summary>A customer, without the internal note.</summary>
[PostgresTable("public.customers")]
[StarRocksTable("customers", Properties = ["replication_num=1"])]
[Column("preferences", StarRocksType = "JSON")]
[Column("internal_note", Ignore = true)]
public partial class Customer;
