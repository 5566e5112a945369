namespace Shop;

[PostgresTable("public.t")]
[ColumnDefaults("date", Policy = ValuePolicy.Null)]
public partial class T;
