namespace Shop;

[PostgresTable("public.t")]
[Column("day", Policy = ValuePolicy.Quarantine)]
public partial class T;
