namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Key = ["f"])]
public partial class T;
