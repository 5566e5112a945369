namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "JSON")]
public partial class T;
