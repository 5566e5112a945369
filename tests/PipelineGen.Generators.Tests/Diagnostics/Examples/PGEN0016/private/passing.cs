namespace Shop;

public partial class Outer
{
    [PostgresTable("public.t")]
    internal partial class T;
}
