namespace Shop;

[PostgresTable("public.t")]
[Column("total", StarRocksType = "decimal(20, 4)")]
public partial class T;
