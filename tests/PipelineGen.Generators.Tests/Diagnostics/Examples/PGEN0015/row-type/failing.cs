namespace Shop;

[PostgresTable("public.orders")]
public class Order;
