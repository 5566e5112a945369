namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(30,10)")]
public partial class T;
