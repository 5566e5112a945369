namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public partial decimal? Total { get; }
}
