namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(128)")]
public partial class T;
