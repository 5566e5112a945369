namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    [Column("n")]
    public int? Number => N;
}
