namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    [Column("name")]
    public partial string Title { get; }
}
