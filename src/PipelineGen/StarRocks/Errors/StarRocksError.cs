namespace PipelineGen.StarRocks;

/// <summary>
/// The table of STARROCKS.md section 8: the stable part of each server text, and the class it belongs to.
/// The text decides, because a load's status is only ever "Fail" and most SQL refusals share code 1064.
/// </summary>
public static class StarRocksError
{
    // In order: the first row whose text occurs in the message (any case) wins, so the narrower stand above the wider.
    private static readonly (string Text, ErrorClass Class)[] Texts =
    [
        ("too many filtered rows", ErrorClass.NeedsDecision),
        ("primary key size exceed the limit", ErrorClass.NeedsDecision),
        ("out of partition ranges", ErrorClass.NeedsDecision),
        ("Tablet is in error state", ErrorClass.NeedsDecision),
        ("disable_load_job is set to true", ErrorClass.NeedsDecision),
        ("Column has no default value", ErrorClass.NeedsDecision),
        ("unknown database", ErrorClass.NeedsDecision),
        ("unknown table", ErrorClass.NeedsDecision),
        ("unknown column", ErrorClass.NeedsDecision),

        ("because of too many versions", ErrorClass.SlowDown),
        ("too many tablet versions", ErrorClass.SlowDown),
        ("too large compaction score", ErrorClass.SlowDown),
        ("compaction score is larger than", ErrorClass.SlowDown),
        ("primary key memory usage exceeds the limit", ErrorClass.SlowDown),
        ("Mem usage has exceed the limit", ErrorClass.SlowDown),
        ("current running txns on db", ErrorClass.SlowDown),
        ("streamload txn num per be exceeds limit", ErrorClass.SlowDown),
        ("Stream Load exceed http cuncurrent limit", ErrorClass.SlowDown), // the server's spelling

        ("has already been used", ErrorClass.CheckState),
        ("Publish timeout.", ErrorClass.CheckState),
        ("publish timeout:", ErrorClass.CheckState),
        ("transaction not found", ErrorClass.CheckState),
        ("Transaction with label", ErrorClass.CheckState),
        ("Can't find the transaction with db", ErrorClass.CheckState),

        ("Transaction in processing", ErrorClass.Retryable),
        ("TXN_IN_PROCESSING", ErrorClass.Retryable),
        ("database write lock timeout", ErrorClass.Retryable),
        ("database read lock timeout", ErrorClass.Retryable),
        ("Failed to acquire lock", ErrorClass.Retryable),
        ("Commit failed. txn", ErrorClass.Retryable),
        ("current fe is not master", ErrorClass.Retryable),
        ("No backend alive", ErrorClass.Retryable),
        ("No backend or compute node alive", ErrorClass.Retryable),
        ("transaction is aborted by timeout", ErrorClass.Retryable),
        ("timeout by txn manager", ErrorClass.Retryable),
        ("Service is shutting down", ErrorClass.Retryable),
        ("A schema change operation is in progress", ErrorClass.Retryable),

        ("No rows were imported from upstream", ErrorClass.Final),
        ("No partitions have data available for loading", ErrorClass.Final),
        ("all partitions have no load data", ErrorClass.Final),
        ("load request not equal last", ErrorClass.Final),
        ("hasn't send any data yet", ErrorClass.Final),
        ("Only primary key table support partial update", ErrorClass.Final),
        ("Access denied", ErrorClass.Final),
        ("Need auth information", ErrorClass.Final),
        ("no valid Basic authorization", ErrorClass.Final),
        ("Label format error", ErrorClass.Final),
        ("There is no 100-continue header", ErrorClass.Final),
        ("unknown data format", ErrorClass.Final),
    ];

    // Codes of section 7, and the server-side MySQL codes for "come back later". Everything else over SQL is final.
    private static readonly (int Code, ErrorClass Class)[] Codes =
    [
        (1040, ErrorClass.Retryable), // too many connections
        (1053, ErrorClass.Retryable), // server shutdown in progress
        (1203, ErrorClass.Retryable), // the user has too many connections
        (1205, ErrorClass.Retryable), // lock wait timeout
        (5300, ErrorClass.Retryable),
        (5301, ErrorClass.Retryable),
        (5302, ErrorClass.CheckState),
        (5501, ErrorClass.NeedsDecision),
        (5502, ErrorClass.NeedsDecision),
        (5509, ErrorClass.NeedsDecision),
    ];

    /// <summary>The class of a server text that is in the table, or <see langword="null"/> when it is not.</summary>
    public static ErrorClass? Find(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach ((string text, ErrorClass found) in Texts)
        {
            if (message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The class of an error packet of the MySQL endpoint: by code where the code says more than 1064, then by text, else final.</summary>
    public static ErrorClass OfSql(int code, string message)
    {
        // A refused account stays refused, whatever words the text quotes.
        if (code is 1044 or 1045 or 5203)
        {
            return ErrorClass.Final;
        }

        foreach ((int known, ErrorClass found) in Codes)
        {
            if (known == code)
            {
                return found;
            }
        }

        return Find(message) ?? ErrorClass.Final;
    }
}
