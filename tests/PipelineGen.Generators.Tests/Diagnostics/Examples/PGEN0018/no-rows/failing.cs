namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[Pipeline("shop")]
public partial class ShopPipeline;
