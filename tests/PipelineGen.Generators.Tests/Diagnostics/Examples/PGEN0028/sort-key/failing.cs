namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(OrderBy = "j")]
[Column("j", StarRocksType = "JSON")]
public partial class T;
