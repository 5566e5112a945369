namespace Shop;

[PostgresTable("public.t")]
[Column("j", StarRocksType = "VARCHAR(128)")]
public partial class T;
