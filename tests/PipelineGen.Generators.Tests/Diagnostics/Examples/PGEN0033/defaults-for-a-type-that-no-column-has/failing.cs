namespace Shop;

[PostgresTable("public.t")]
[ColumnDefaults("numeric", Policy = ValuePolicy.Null)]
public partial class T;
