namespace Shop;

[PostgresTable("public.t")]
public partial class T
{
    [Column("name", StarRocksType = "VARCHAR(1048576)")]
    public partial string? Name { get; }
}
