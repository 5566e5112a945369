namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(100)", Policy = ValuePolicy.Error)]
public partial class T;
