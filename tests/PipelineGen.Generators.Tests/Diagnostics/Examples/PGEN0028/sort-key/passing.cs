namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(OrderBy = "id")]
[Column("j", StarRocksType = "JSON")]
public partial class T;
