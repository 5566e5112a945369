using PipelineGen;

namespace Shop;

/// <summary>A customer, without the internal note.</summary>
[PostgresTable("public.customers")]
[StarRocksTable("customers", Properties = ["replication_num=1"])]
[Column("internal_note", Ignore = true)]
public partial class Customer;
