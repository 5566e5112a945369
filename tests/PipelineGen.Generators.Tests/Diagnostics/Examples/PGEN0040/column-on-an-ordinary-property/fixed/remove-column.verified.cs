namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public int? Number => N;
}
