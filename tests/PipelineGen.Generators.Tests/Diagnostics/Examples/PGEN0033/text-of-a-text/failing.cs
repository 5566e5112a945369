namespace Shop;

[PostgresTable("public.t")]
[Column("n", Policy = ValuePolicy.Text)]
public partial class T;
