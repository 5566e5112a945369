namespace Shop;

[PostgresTable("public.t")]
[Column("__op", TargetName = "op")]
public partial class T;
