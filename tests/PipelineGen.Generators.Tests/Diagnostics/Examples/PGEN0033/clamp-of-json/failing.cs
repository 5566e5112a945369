namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "JSON", Policy = ValuePolicy.Clamp)]
public partial class T;
