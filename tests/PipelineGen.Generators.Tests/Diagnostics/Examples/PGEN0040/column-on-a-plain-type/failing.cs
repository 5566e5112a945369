namespace Shop;

[Column("n", Ignore = true)]
public partial class Plain;
