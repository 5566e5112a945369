namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(4096)")]
public partial class T;
