namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(8,0)")]
public partial class T;
