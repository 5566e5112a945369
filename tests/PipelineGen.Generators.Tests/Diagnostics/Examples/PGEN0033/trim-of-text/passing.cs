namespace Shop;

[PostgresTable("public.t")]
[Column("n", Trim = true)]
public partial class T;
