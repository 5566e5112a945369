namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[PostgresTable("public.customers")]
public partial class Customer;

public class Plain;

[Pipeline("shop", typeof(Order), typeof(Customer))]
public partial class ShopPipeline;
