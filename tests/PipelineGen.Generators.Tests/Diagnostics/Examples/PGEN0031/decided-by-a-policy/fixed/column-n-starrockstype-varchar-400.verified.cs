namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(400)")]
public partial class T;
