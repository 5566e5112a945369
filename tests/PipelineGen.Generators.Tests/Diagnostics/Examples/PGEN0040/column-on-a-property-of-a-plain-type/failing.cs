namespace Shop;

public class Plain
{
    [Column("n")]
    public int N { get; set; }
}
