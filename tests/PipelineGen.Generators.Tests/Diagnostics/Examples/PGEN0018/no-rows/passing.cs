namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[Pipeline("shop", typeof(Order))]
public partial class ShopPipeline;
