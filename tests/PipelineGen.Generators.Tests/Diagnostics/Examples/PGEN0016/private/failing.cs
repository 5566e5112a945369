namespace Shop;

public partial class Outer
{
    [PostgresTable("public.t")]
    private partial class T;
}
