namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "JSON", Policy = ValuePolicy.Null)]
public partial class T;
