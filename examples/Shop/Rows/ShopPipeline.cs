using PipelineGen;

namespace Shop;

/// <summary>The shop's four tables, kept up to date in StarRocks.</summary>
[Pipeline("shop", typeof(Customer), typeof(Product), typeof(Order), typeof(OrderItem))]
public partial class ShopPipeline;
