namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Model = TableModel.Append)]
public partial class T;
