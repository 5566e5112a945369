namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable("plain")]
[ColumnDefaults("int4", StarRocksType = "BIGINT")]
[Column("n", StarRocksType = "LARGEINT")]
public partial class Plain;
