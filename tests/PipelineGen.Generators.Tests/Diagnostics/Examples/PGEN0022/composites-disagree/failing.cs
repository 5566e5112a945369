namespace Shop;

[PostgresTable("public.a")]
public partial class A;

[PostgresTable("public.b")]
public partial class B;
