namespace Shop;

[PostgresTable("public.t")]
[Column("total", Ignore = true)]
public partial class T;
