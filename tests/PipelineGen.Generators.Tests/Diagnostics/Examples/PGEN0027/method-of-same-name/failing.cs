namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public decimal Total() => 0;
}
