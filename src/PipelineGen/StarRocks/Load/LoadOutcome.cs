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
