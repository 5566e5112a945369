namespace Shop;

[PostgresTable("public.orders")]
public partial class Order;
