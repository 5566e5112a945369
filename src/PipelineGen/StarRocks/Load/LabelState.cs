namespace PipelineGen.StarRocks;

/// <summary>State of the newest transaction of a label. STARROCKS.md section 2.5.</summary>
public enum LabelState
{
    /// <summary>Never seen, or forgotten: finished labels are dropped every 4 hours beyond the newest 1000 of a database.</summary>
    Unknown,

    /// <summary>Begun; may still commit by itself.</summary>
    Prepare,

    /// <summary>Prepared by a two-phase client; commits only when told.</summary>
    Prepared,

    /// <summary>Committed, not yet visible.</summary>
    Committed,

    /// <summary>Committed and visible.</summary>
    Visible,

    /// <summary>Nothing was kept; the label may be used again.</summary>
    Aborted,
}
