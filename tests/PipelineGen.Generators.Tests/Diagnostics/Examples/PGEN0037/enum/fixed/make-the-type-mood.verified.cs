namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    public partial Mood? S { get; }
}
