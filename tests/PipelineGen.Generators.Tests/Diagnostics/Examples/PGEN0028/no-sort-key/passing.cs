namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Model = TableModel.Append)]
[Column("j", StarRocksType = "JSON")]
public partial class T;
