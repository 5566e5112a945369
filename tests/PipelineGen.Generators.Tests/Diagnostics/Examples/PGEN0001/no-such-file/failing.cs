namespace Shop;

[PostgresTable("public.order")]
public partial class Order;
