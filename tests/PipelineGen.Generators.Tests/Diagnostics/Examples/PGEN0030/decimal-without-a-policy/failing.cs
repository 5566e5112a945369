namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DECIMAL(5,2)")]
public partial class T;
