namespace Shop;

[PostgresTable("public.t")]
[Column("n", Ignore = true)]
public partial class T;
