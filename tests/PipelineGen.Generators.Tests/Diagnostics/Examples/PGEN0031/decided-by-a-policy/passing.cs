namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(100)", Policy = ValuePolicy.Clamp)]
public partial class T;
