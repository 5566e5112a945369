namespace Shop;

[PostgresTable("public.t")]
public partial record T(int Extra);
