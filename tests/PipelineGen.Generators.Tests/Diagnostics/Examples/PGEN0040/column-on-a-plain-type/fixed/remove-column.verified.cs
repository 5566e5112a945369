namespace Shop;

public partial class Plain;
