namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(100)")]
public partial class T;
