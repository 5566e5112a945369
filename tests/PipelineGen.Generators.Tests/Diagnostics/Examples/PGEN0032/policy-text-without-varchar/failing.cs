namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "DATE", Policy = ValuePolicy.Text)]
public partial class T;
