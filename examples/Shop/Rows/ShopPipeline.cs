using PipelineGen;

namespace Shop;

/// <summary>The shop's five tables, kept up to date in StarRocks.</summary>
[Pipeline("shop", typeof(Customer), typeof(Product), typeof(Order), typeof(OrderItem), typeof(PageView))]
public partial class ShopPipeline;
