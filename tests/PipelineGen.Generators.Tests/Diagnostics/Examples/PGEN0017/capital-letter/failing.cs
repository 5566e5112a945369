namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[Pipeline("Shop", typeof(Order))]
public partial class ShopPipeline;
