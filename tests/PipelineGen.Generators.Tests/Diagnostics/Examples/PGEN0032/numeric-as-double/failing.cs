namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DOUBLE")]
public partial class T;
