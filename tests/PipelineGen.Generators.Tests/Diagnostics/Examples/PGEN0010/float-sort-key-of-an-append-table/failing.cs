namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Model = TableModel.Append, Key = ["f"])]
public partial class T;
