namespace PipelineGen.StarRocks;

/// <summary>Proof that the rows of a transaction are committed, of all its tables together.</summary>
public sealed record TransactionReceipt
{
    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>The tables that got rows, in order of their first part.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>The transaction's number, -1 when no reply told it (a multi-table begin's doesn't).</summary>
    public long TxnId { get; init; } = -1;

    /// <summary>No reply told of the commit; the label's state did.</summary>
    public bool SettledByLabel { get; init; }

    /// <summary>Committed, but queries may see it only later.</summary>
    public bool VisibleLater { get; init; }

    /// <summary>The figures of prepare's or commit's reply, where there were any: the frontend's replies have none.</summary>
    public LoadFigures? Figures { get; init; }
}
