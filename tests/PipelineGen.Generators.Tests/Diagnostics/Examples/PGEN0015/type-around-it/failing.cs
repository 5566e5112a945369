namespace Shop;

public class Outer
{
    [PostgresTable("public.orders")]
    public partial class Order;
}
