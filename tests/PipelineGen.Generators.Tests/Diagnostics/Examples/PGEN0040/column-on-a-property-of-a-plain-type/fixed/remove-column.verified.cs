namespace Shop;

public class Plain
{
    public int N { get; set; }
}
