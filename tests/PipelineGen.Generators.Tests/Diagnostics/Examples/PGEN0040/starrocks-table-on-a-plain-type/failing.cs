namespace Shop;

[StarRocksTable("plain")]
public partial class Plain;
