namespace PipelineGen.StarRocks;

/// <summary>
/// The table of STARROCKS.md section 8: the stable part of each server text, and the class it belongs to.
/// The text decides, because a load's status is only ever "Fail" and most SQL refusals share code 1064.
/// </summary>
public static class StarRocksError
{
    // In order: the first row whose text occurs in the message (any case) wins, so the narrower stand above the wider.
    private static readonly Row[] Texts =
    [
        new("too many filtered rows", ErrorClass.NeedsDecision),
        new("primary key size exceed the limit", ErrorClass.NeedsDecision),
        new("out of partition ranges", ErrorClass.NeedsDecision),
        new("Tablet is in error state", ErrorClass.NeedsDecision),
        new("disable_load_job is set to true", ErrorClass.NeedsDecision),
        new("Column has no default value", ErrorClass.NeedsDecision),
        new("unknown database", ErrorClass.NeedsDecision),
        new("unknown table", ErrorClass.NeedsDecision),
        new("unknown column", ErrorClass.NeedsDecision),

        new("because of too many versions", ErrorClass.SlowDown, Shortage.Versions),
        new("too many tablet versions", ErrorClass.SlowDown, Shortage.Versions),
        new("too large compaction score", ErrorClass.SlowDown, Shortage.Versions),
        new("compaction score is larger than", ErrorClass.SlowDown, Shortage.Versions),
        new("primary key memory usage exceeds the limit", ErrorClass.SlowDown, Shortage.Memory),
        new("Mem usage has exceed the limit", ErrorClass.SlowDown, Shortage.Memory),
        new("current running txns on db", ErrorClass.SlowDown, Shortage.Transactions),
        new("streamload txn num per be exceeds limit", ErrorClass.SlowDown, Shortage.Transactions),
        new("Stream Load exceed http cuncurrent limit", ErrorClass.SlowDown, Shortage.Transactions), // the server's spelling

        new("has already been used", ErrorClass.CheckState),
        new("Transaction already started with label", ErrorClass.CheckState),
        new("Publish timeout.", ErrorClass.CheckState),
        new("publish timeout:", ErrorClass.CheckState),
        new("transaction not found", ErrorClass.CheckState),
        new("Transaction with label", ErrorClass.CheckState),
        new("No transaction found", ErrorClass.CheckState),
        new("Can't find the transaction with db", ErrorClass.CheckState),
        new("stream load task", ErrorClass.CheckState), // "... L does not exist": a multi-table transaction that its frontend has lost
        new("Can not abort", ErrorClass.CheckState), // "... VISIBLE transaction N": it has committed

        new("Transaction in processing", ErrorClass.Retryable),
        new("TXN_IN_PROCESSING", ErrorClass.Retryable),
        new("is already committing", ErrorClass.Retryable),
        new("Can not commit", ErrorClass.Retryable), // "... ABORTED transaction N": as a new transaction
        new("database write lock timeout", ErrorClass.Retryable),
        new("database read lock timeout", ErrorClass.Retryable),
        new("Failed to acquire lock", ErrorClass.Retryable),
        new("Commit failed. txn", ErrorClass.Retryable),
        new("current fe is not master", ErrorClass.Retryable),
        new("No backend alive", ErrorClass.Retryable),
        new("No backend or compute node alive", ErrorClass.Retryable),
        new("transaction is aborted by timeout", ErrorClass.Retryable),
        new("timeout by txn manager", ErrorClass.Retryable),
        new("Service is shutting down", ErrorClass.Retryable),
        new("A schema change operation is in progress", ErrorClass.Retryable),

        new("No rows were imported from upstream", ErrorClass.Final),
        new("No partitions have data available for loading", ErrorClass.Final),
        new("all partitions have no load data", ErrorClass.Final),
        new("load request not equal last", ErrorClass.Final),
        new("hasn't send any data yet", ErrorClass.Final),
        new("not equal transaction database", ErrorClass.Final),
        new("Unsupported operation: TXN_", ErrorClass.Final),
        new("can only be sent to FE nodes", ErrorClass.Final),
        new("Only primary key table support partial update", ErrorClass.Final),
        new("Access denied", ErrorClass.Final),
        new("Need auth information", ErrorClass.Final),
        new("no valid Basic authorization", ErrorClass.Final),
        new("Label format error", ErrorClass.Final),
        new("There is no 100-continue header", ErrorClass.Final),
        new("unknown data format", ErrorClass.Final),
        new("exceed the max size", ErrorClass.Final), // a JSON body beyond 100 MB without ignore_json_size
        new("exceed limit: ", ErrorClass.Final), // "body size N exceed limit: M"
        new("The value is array type in json document stream", ErrorClass.Final),
        new("not in partial update columns", ErrorClass.Final),
        new("header content-encoding and compression", ErrorClass.Final),
        new("Unsupported compression type", ErrorClass.Final),
    ];

    // The status names of the transaction interface (section 2.2), for messages that the texts don't tell.
    // INTERNAL_ERROR and FAILED are names of anything, and so not here.
    private static readonly Row[] Statuses =
    [
        new("LABEL_ALREADY_EXISTS", ErrorClass.CheckState),
        new("TXN_NOT_EXISTS", ErrorClass.CheckState),
        new("TXN_IN_PROCESSING", ErrorClass.Retryable),
        new("ANALYSIS_ERROR", ErrorClass.NeedsDecision),
        new("INVALID_ARGUMENT", ErrorClass.Final),
        new("NOT_AUTHORIZED", ErrorClass.Final),
        new("ABORTED", ErrorClass.Retryable),
        new("CANCELLED", ErrorClass.Retryable),
        new("TIMEOUT", ErrorClass.CheckState),
        new("PUBLISH_TIMEOUT", ErrorClass.CheckState),
        new("MEM_LIMIT_EXCEEDED", ErrorClass.SlowDown, Shortage.Memory),
        new("SERVICE_UNAVAILABLE", ErrorClass.Retryable),
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
        (5303, ErrorClass.CheckState), // 5303 to 5307: a SQL transaction went wrong
        (5304, ErrorClass.CheckState),
        (5305, ErrorClass.CheckState),
        (5306, ErrorClass.CheckState),
        (5307, ErrorClass.CheckState),
        (5501, ErrorClass.NeedsDecision),
        (5502, ErrorClass.NeedsDecision),
        (5509, ErrorClass.NeedsDecision),
    ];

    /// <summary>The class of a server text that is in the table, or <see langword="null"/> when it is not.</summary>
    public static ErrorClass? Find(string message) => RowOf(message)?.Class;

    /// <summary>What a server text says is short.</summary>
    public static Shortage ShortageOf(string message) => RowOf(message)?.Shortage ?? Shortage.None;

    /// <summary>The error that a server text means; one that is not in the table is retryable and not listed.</summary>
    internal static LoadError OfText(string message) => Error(RowOf(message), message);

    /// <summary>The error that a reply of the transaction interface means: by its text, then by its status name. STARROCKS.md section 2.2.</summary>
    internal static LoadError OfTransaction(string status, string message)
    {
        string text = message.Length == 0 ? $"status {(status.Length > 0 ? status : "(absent)")} without a message" : message;
        foreach (Row row in Statuses)
        {
            if (row.Text == status)
            {
                return Error(RowOf(message) ?? row, text);
            }
        }

        return Error(RowOf(message), text);
    }

    private static LoadError Error(Row? row, string message) =>
        new(row?.Class ?? ErrorClass.Retryable, message) { IsListed = row is not null, Shortage = row?.Shortage ?? Shortage.None };

    private static Row? RowOf(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (Row row in Texts)
        {
            if (message.Contains(row.Text, StringComparison.OrdinalIgnoreCase))
            {
                return row;
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

    private sealed record Row(string Text, ErrorClass Class, Shortage Shortage = Shortage.None);
}
