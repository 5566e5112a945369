namespace Shop;

[PostgresTable("public.t")]
[Column("twice", Ignore = true)]
public partial class T;
