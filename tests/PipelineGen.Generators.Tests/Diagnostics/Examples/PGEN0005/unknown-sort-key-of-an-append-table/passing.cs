namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Model = TableModel.Append, Key = ["b"])]
public partial class T;
