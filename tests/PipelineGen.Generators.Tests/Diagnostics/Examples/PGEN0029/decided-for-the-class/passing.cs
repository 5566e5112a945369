namespace Shop;

[PostgresTable("public.t")]
[ColumnDefaults("numeric", StarRocksType = "DECIMAL(38,9)", Policy = ValuePolicy.Quarantine)]
public partial class T;
