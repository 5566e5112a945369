namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(100)", Policy = ValuePolicy.Quarantine)]
public partial class T;
