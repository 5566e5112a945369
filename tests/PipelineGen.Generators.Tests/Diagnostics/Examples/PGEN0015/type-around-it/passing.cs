namespace Shop;

public partial class Outer
{
    [PostgresTable("public.orders")]
    public partial class Order;
}
