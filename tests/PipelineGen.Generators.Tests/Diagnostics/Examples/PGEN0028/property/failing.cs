namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Properties = ["replication_num"])]
public partial class T;
