namespace Shop;

[PostgresTable("public.t")]
[Column("day", Policy = ValuePolicy.Error)]
public partial class T;
