namespace PipelineGen.StarRocks;

/// <summary>The figures of a load's reply. STARROCKS.md section 1.5; rows deleted count as loaded.</summary>
public sealed record LoadFigures
{
    /// <summary>The transaction's number, -1 when the reply had none.</summary>
    public long TxnId { get; init; } = -1;

    /// <summary>Rows in the body.</summary>
    public long TotalRows { get; init; }

    /// <summary>Rows upserted or deleted.</summary>
    public long LoadedRows { get; init; }

    /// <summary>Rows that could not be converted.</summary>
    public long FilteredRows { get; init; }

    /// <summary>Rows that a <c>where</c> left out.</summary>
    public long UnselectedRows { get; init; }

    /// <summary>Body bytes as the backend counted them.</summary>
    public long LoadBytes { get; init; }

    /// <summary>The whole load on the backend.</summary>
    public TimeSpan LoadTime { get; init; }

    /// <summary>Beginning the transaction.</summary>
    public TimeSpan BeginTime { get; init; }

    /// <summary>Planning.</summary>
    public TimeSpan PlanTime { get; init; }

    /// <summary>Receiving the body.</summary>
    public TimeSpan ReadTime { get; init; }

    /// <summary>Writing.</summary>
    public TimeSpan WriteTime { get; init; }

    /// <summary>Committing and publishing.</summary>
    public TimeSpan CommitTime { get; init; }
}
