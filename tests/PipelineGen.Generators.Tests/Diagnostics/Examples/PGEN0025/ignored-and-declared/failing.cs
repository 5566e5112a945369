namespace Shop;

[PostgresTable("public.t")]
[Column("name", Ignore = true)]
public partial class T
{
    public partial string Name { get; }
}
