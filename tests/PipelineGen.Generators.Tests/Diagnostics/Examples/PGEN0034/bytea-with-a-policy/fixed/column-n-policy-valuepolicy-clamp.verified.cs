namespace Shop;

[PostgresTable("public.t")]
[Column("n", Policy = ValuePolicy.Clamp)]
public partial class T;
