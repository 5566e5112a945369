namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(100)", Policy = ValuePolicy.Null)]
public partial class T;
