namespace Shop;

[PostgresTable("public.t")]
[ColumnDefaults(StarRocksType = "BIGINT")]
public partial class T;
