namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public decimal Gross() => Total ?? 0;
}
