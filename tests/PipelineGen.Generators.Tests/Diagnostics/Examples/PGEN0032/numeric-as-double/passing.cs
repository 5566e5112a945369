namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(12,4)")]
public partial class T;
