namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    [Column("day", Policy = ValuePolicy.Null)]
    public partial DateOnly Day { get; }
}
