namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARBINARY")]
public partial class T;
