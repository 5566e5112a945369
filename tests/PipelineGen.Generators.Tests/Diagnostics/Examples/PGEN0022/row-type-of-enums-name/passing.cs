namespace Shop
{
    [PostgresTable("public.a")]
    public partial class A;
}

namespace Shop.Other
{
    [PostgresTable("public.b")]
    public partial class B;
}
