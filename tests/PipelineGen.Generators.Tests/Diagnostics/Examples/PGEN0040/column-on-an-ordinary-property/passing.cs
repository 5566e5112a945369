namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    [Column("n")]
    public partial int? Number { get; }
}
