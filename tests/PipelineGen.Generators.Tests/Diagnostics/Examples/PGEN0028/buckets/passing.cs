namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Buckets = 20)]
public partial class T;
