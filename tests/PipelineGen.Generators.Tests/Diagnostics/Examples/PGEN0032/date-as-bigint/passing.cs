namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DATE")]
public partial class T;
