namespace Shop;

[PostgresTable("public.t")]
public sealed partial class T;
