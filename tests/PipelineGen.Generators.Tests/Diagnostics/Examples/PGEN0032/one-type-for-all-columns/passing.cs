namespace Shop;

[PostgresTable("public.t")]
[ColumnDefaults("int4", StarRocksType = "BIGINT")]
public partial class T;
