namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;

[PostgresTable("public.orders"), StarRocksTable("orders2")]
public partial class Order2;

[Pipeline("shop", typeof(Order), typeof(Order2))]
public partial class ShopPipeline;
