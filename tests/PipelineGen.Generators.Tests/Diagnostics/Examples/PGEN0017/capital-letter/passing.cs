namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[Pipeline("shop_1", typeof(Order))]
public partial class ShopPipeline;
