namespace PipelineGen.LocalStarRocks.Catalog;

internal enum PartitionKind { None, Expression, Range, List }

/// <summary>One partition of a RANGE or LIST table. Values are texts, one for each partition column.</summary>
internal sealed record TablePartition(string Name)
{
    /// <summary>RANGE: the first that is in. Null: MAXVALUE.</summary>
    public IReadOnlyList<string?> From { get; init; } = [];

    /// <summary>RANGE: the first that is not. Null: MAXVALUE.</summary>
    public IReadOnlyList<string?> To { get; init; } = [];

    /// <summary>LIST: what is in. Null: NULL.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Values { get; init; } = [];
}
