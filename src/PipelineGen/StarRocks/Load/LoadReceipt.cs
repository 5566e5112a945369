namespace PipelineGen.StarRocks;

/// <summary>Proof that the rows of a load are committed.</summary>
public sealed record LoadReceipt
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// The label had committed before any body of this call could have: the rows came from an earlier run, and the caller
    /// must judge whether they are the same rows.
    /// </summary>
    public bool AlreadyFinished { get; init; }

    /// <summary>No reply told of the commit; the label's state did. <see cref="Figures"/> is absent then.</summary>
    public bool SettledByLabel { get; init; }

    /// <summary>Committed, but queries may see it only later.</summary>
    public bool VisibleLater { get; init; }

    /// <summary>Attempts made, 1 when the first one succeeded.</summary>
    public int Attempts { get; init; }

    /// <summary>The reply's figures, where there was a reply.</summary>
    public LoadFigures? Figures { get; init; }
}
