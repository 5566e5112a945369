using PipelineGen;

namespace Shop;

/// <summary>A customer, without the internal note.</summary>
[PostgresTable("public.customers")]
[Column("internal_note", Ignore = true)]
public partial class Customer;
