namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(38,9)", Policy = ValuePolicy.Error)]
public partial class T;
