namespace Shop;

[PostgresTable("public.t")]
[Column("id", Ignore = true)]
public partial class T;
