namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[PostgresTable("public.customers")]
public partial class Customer;

[Pipeline("shop", typeof(Order), typeof(Customer))]
public partial class ShopPipeline;
