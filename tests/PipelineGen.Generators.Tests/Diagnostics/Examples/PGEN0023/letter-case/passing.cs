namespace Shop;

[PostgresTable("public.t")]
[Column("ID", TargetName = "id2")]
public partial class T;
