namespace PipelineGen.StarRocks;

/// <summary>Why a load failed.</summary>
/// <param name="Class">What to do about it.</param>
/// <param name="Message">The server's text, or the connection's.</param>
public sealed record LoadError(ErrorClass Class, string Message)
{
    /// <summary>Whether the text is in the table of STARROCKS.md section 8. One that is not is retried a few times only.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>What the server has too little of, where <see cref="Class"/> is <see cref="ErrorClass.SlowDown"/> and the text says it.</summary>
    public Shortage Shortage { get; init; }

    /// <summary>Where the backend keeps the reasons of filtered rows, for 48 hours.</summary>
    public Uri? ErrorUrl { get; init; }

    /// <summary>The first refused rows read from <see cref="ErrorUrl"/>: column and reason. They quote values of rows.</summary>
    public IReadOnlyList<FilteredRow> FilteredRows { get; init; } = [];

    /// <summary>Text and reasons together, for a person.</summary>
    public string Describe() => FilteredRows.Count == 0 ? Message : Message + " First reasons: " + string.Join(" | ", FilteredRows);
}
