namespace Shop;

[PostgresTable("public.t")]
[Column("n", Policy = ValuePolicy.Quarantine)]
public partial class T;
