namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "LARGEINT")]
public partial class T;
