namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DATE", Policy = ValuePolicy.Quarantine)]
public partial class T;
