namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Key = ["b"])]
public partial class T;
