namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public partial string Name { get; }
    [Column("name")]
    public partial string Title { get; }
}
