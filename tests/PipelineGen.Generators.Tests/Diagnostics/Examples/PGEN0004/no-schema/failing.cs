namespace Shop;

[PostgresTable("orders")]
public partial class Order;
