namespace Shop;

[PostgresTable("public.t")]
[Column("name", Ignore = true)]
[Column("name", TargetName = "n")]
public partial class T;
