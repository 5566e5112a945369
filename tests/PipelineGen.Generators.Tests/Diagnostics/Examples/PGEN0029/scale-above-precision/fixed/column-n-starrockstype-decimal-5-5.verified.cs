namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(5,5)")]
public partial class T;
