namespace Shop;

[PostgresTable("public.t")]
public abstract partial class T;
