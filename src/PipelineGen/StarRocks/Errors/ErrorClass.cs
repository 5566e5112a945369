namespace PipelineGen.StarRocks;

/// <summary>What an error asks of its receiver. STARROCKS.md section 8, column Retry.</summary>
public enum ErrorClass
{
    /// <summary>The same request may be sent again after a pause.</summary>
    Retryable,

    /// <summary>The same request may be sent again, but later and less often: versions, memory or transactions are exhausted.</summary>
    SlowDown,

    /// <summary>It is not known whether the request took effect. Look before sending again.</summary>
    CheckState,

    /// <summary>A person must decide or repair something (rows, table, operator switch); afterwards the same request can succeed.</summary>
    NeedsDecision,

    /// <summary>The request can't succeed: wrong credentials, wrong statement, wrong configuration.</summary>
    Final,
}
