namespace Shop;

[PostgresTable("public.t")]
[Column("name", TargetName = "n")]
public partial class T
{
    public partial string Name { get; }
}
