namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(5,2)", Policy = ValuePolicy.Error)]
public partial class T;
