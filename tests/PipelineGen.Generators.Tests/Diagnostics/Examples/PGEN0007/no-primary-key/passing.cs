namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Key = ["a"])]
public partial class T;
