using PipelineGen.Rows;

namespace PipelineGen.Benchmarks.Alternatives;

/// <summary>The row as an ordinary class with setters, in the order of the columns.</summary>
public sealed class PlainOrder
{
    public long Id { get; set; }

    public long CustomerId { get; set; }

    public string Status { get; set; } = "";

    public decimal Total { get; set; }

    public int Quantity { get; set; }

    public double? Discount { get; set; }

    public bool IsGift { get; set; }

    public DateTime PlacedAt { get; set; }

    public DateTime UpdatedAt { get; set; }

    public Guid ExternalRef { get; set; }

    public string? Note { get; set; }

    public PgJson? Metadata { get; set; }
}
