namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Buckets = 2000)]
public partial class T;
