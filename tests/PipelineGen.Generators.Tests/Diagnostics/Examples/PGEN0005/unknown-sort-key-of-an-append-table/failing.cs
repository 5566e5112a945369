namespace Shop;

[PostgresTable("public.t")]
[StarRocksTable(Model = TableModel.Append, Key = ["missing_column"])]
public partial class T;
