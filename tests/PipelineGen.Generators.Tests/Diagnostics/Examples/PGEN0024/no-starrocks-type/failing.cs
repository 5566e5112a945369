namespace Shop;

[PostgresTable("public.t")]
[Column("total", StarRocksType = "DECIMAL(20,40)")]
public partial class T;
