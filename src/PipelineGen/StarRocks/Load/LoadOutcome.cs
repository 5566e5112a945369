namespace PipelineGen.StarRocks;

/// <summary>What came of one attempt at a load. STARROCKS.md section 1.5.</summary>
public abstract record LoadOutcome
{
    private LoadOutcome()
    {
    }

    /// <summary>Whether any byte of the body left us. <see langword="false"/> proves that this attempt loaded nothing.</summary>
    public bool BodyBegan { get; init; }

    /// <summary>The rows are in. <paramref name="VisibleLater"/>: status "Publish Timeout", committed but not yet seen by queries.</summary>
    public sealed record Committed(LoadFigures Figures, bool VisibleLater) : LoadOutcome;

    /// <summary>An earlier load with this label has committed; this attempt loaded nothing.</summary>
    public sealed record LabelFinished(string Message) : LoadOutcome;

    /// <summary>A load with this label is under way; this attempt loaded nothing.</summary>
    public sealed record LabelRunning(string Message) : LoadOutcome;

    /// <summary>The attempt loaded nothing (or, for class CheckState, the label's state must be asked).</summary>
    public sealed record Failed(LoadError Error) : LoadOutcome;

    /// <summary>The body had begun and no answer came: only the label's state can tell.</summary>
    public sealed record Unknown(string Reason) : LoadOutcome;
}

/// <summary>Why a load failed.</summary>
/// <param name="Class">What to do about it.</param>
/// <param name="Message">The server's text, or the connection's.</param>
public sealed record LoadError(ErrorClass Class, string Message)
{
    /// <summary>Whether the text is in the table of STARROCKS.md section 8. One that is not is retried a few times only.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Where the backend keeps the reasons of filtered rows, for 48 hours.</summary>
    public Uri? ErrorUrl { get; init; }

    /// <summary>The first reasons read from <see cref="ErrorUrl"/>. They quote values of rows.</summary>
    public IReadOnlyList<string> FilteredRowReasons { get; init; } = [];

    /// <summary>Text and reasons together, for a person.</summary>
    public string Describe() => FilteredRowReasons.Count == 0 ? Message : Message + " First reasons: " + string.Join(" | ", FilteredRowReasons);
}

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
