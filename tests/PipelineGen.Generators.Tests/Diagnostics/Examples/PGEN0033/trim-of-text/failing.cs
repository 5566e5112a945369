namespace Shop;

[PostgresTable("public.t")]
[Column("n", StarRocksType = "VARCHAR(1048576)", Trim = true)]
public partial class T;
