namespace Shop;

[PostgresTable("public.t")]
[Column("day", Policy = ValuePolicy.Null)]
public partial class T;
