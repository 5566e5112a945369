namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "BIGINT")]
public partial class T;
