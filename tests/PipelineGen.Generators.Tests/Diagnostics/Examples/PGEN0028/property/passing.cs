namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Properties = ["replication_num=1"])]
public partial class T;
