namespace Shop;

[PostgresTable("public.t")]
[Column("j", StarRocksType = "VARCHAR(100)")]
public partial class T;
