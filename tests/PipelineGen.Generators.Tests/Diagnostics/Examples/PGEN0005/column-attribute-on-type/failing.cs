namespace Shop;

[PostgresTable("public.t")]
[Column("totl", Ignore = true)]
public partial class T;
