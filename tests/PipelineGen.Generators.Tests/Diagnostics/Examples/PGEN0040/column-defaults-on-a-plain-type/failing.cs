namespace Shop;

[ColumnDefaults("numeric", StarRocksType = "DECIMAL(38,9)")]
public partial class Plain;
