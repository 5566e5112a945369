namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(50,10)")]
public partial class T;
