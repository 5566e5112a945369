namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "INT")]
public partial class T;
