namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Key = ["ref"])]
public partial class T;
