namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(1048576)")]
public partial class T;
