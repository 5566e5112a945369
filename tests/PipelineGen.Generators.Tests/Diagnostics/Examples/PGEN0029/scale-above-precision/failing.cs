namespace Shop;

[PostgresTable("public.t")]
public partial class T;
