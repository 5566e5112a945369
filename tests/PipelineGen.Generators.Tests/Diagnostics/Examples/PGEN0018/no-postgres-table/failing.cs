namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[PostgresTable("public.customers")]
public partial class Customer;

public class Plain;

[Pipeline("shop", typeof(Plain))]
public partial class ShopPipeline;
