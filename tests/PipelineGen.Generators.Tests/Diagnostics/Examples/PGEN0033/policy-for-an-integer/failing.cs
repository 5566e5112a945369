namespace Shop;

[PostgresTable("public.t")]
[Column("n", Policy = ValuePolicy.Null)]
public partial class T;
