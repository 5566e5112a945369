using Microsoft.Extensions.Logging;

namespace PipelineGen.Telemetry;

/// <summary>Every log message, with its event id. No value of a row and no secret is ever among the arguments.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "pipeline {Pipeline}: source {Source}, slot {Slot}, publication {Publication}, target {Target}")]
    public static partial void Starting(ILogger logger, string pipeline, string source, string slot, string publication, string target);

    [LoggerMessage(1002, LogLevel.Information, "streaming from {Position}")]
    public static partial void Streaming(ILogger logger, string position);

    [LoggerMessage(1003, LogLevel.Warning, "the replication stream broke ({Reason}); reconnecting in {Delay} s")]
    public static partial void StreamBroke(ILogger logger, string reason, double delay);

    [LoggerMessage(1004, LogLevel.Information, "stopped at {Position}, persisted and acknowledged")]
    public static partial void Stopped(ILogger logger, string position);

    [LoggerMessage(1005, LogLevel.Warning, "slot {Slot} is active for PID {Pid}; waiting for it")]
    public static partial void SlotActive(ILogger logger, string slot, int pid);

    [LoggerMessage(1006, LogLevel.Information, "created publication {Publication}")]
    public static partial void PublicationCreated(ILogger logger, string publication);

    [LoggerMessage(1007, LogLevel.Information, "created replication slot {Slot}")]
    public static partial void SlotCreated(ILogger logger, string slot);

    [LoggerMessage(1008, LogLevel.Information, "created table {Table} in StarRocks")]
    public static partial void TargetCreated(ILogger logger, string table);

    [LoggerMessage(1009, LogLevel.Warning, "the server has not confirmed {Position} within the time limit; it is persisted, and nothing is lost")]
    public static partial void AcknowledgeUnconfirmed(ILogger logger, string position);

    [LoggerMessage(1010, LogLevel.Warning, "creating slot {Slot} waits for older transactions to end: {Blockers}")]
    public static partial void SlotWaits(ILogger logger, string slot, string blockers);

    [LoggerMessage(1011, LogLevel.Warning, "receiving large transactions while they run failed ({Reason}); sessions of the next {Minutes} min let Postgres keep them until they commit")]
    public static partial void SpillFailed(ILogger logger, string reason, double minutes);

    [LoggerMessage(1012, LogLevel.Information, "removed {Files} spill files that an earlier run left in {Folder}")]
    public static partial void SpillLeftovers(ILogger logger, int files, string folder);

    [LoggerMessage(1013, LogLevel.Warning, "spill files that an earlier run left in {Folder} can't be removed: {Reason}")]
    public static partial void SpillLeftoversStay(ILogger logger, string folder, string reason);

    [LoggerMessage(1014, LogLevel.Information, "added to publication {Publication}: {Tables}")]
    public static partial void TablesPublished(ILogger logger, string publication, string tables);

    [LoggerMessage(1015, LogLevel.Warning, "the source was on timeline {Former} and is on {Timeline}, and the role may not read where that one began (GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO it): whether the server has had everything up to {Position} before it was promoted is not known")]
    public static partial void TimelineUnknown(ILogger logger, uint former, uint timeline, string position);

    [LoggerMessage(2001, LogLevel.Debug, "loaded {Rows} rows ({Bytes} bytes) into {Table}, label {Label}")]
    public static partial void Loaded(ILogger logger, string table, int rows, long bytes, string label);

    [LoggerMessage(2002, LogLevel.Warning, "load into {Table}, label {Label}: {Reason}; attempt {Attempt}, next in {Delay} s")]
    public static partial void LoadRetry(ILogger logger, string table, string label, string reason, int attempt, double delay);

    [LoggerMessage(2003, LogLevel.Warning, "statement on {Table} will be repeated: {Reason}")]
    public static partial void TargetRetry(ILogger logger, string table, string reason);

    [LoggerMessage(3001, LogLevel.Information, "copied {Table}: {Rows} rows")]
    public static partial void TableCopied(ILogger logger, string table, long rows);

    [LoggerMessage(3002, LogLevel.Warning, "the copy of {Table} is begun again: {Reason}")]
    public static partial void ChunkRetry(ILogger logger, string table, string reason);

    [LoggerMessage(3003, LogLevel.Debug, "{Table}: a delivered transaction is not visible yet; taking a later snapshot")]
    public static partial void WaitingForVisibility(ILogger logger, string table);

    [LoggerMessage(3004, LogLevel.Information, "{Table}: the copy of an earlier run (label {Label}) is {State}")]
    public static partial void ChunkSettled(ILogger logger, string table, string label, string state);

    [LoggerMessage(3005, LogLevel.Information, "{Table}: the last load of an earlier run (label {Label}) is {State}")]
    public static partial void AppendSettled(ILogger logger, string table, string label, string state);

    [LoggerMessage(3006, LogLevel.Information, "every table is copied: from {Position} on each batch is one transaction over all tables")]
    public static partial void Consistent(ILogger logger, string position);

    [LoggerMessage(3007, LogLevel.Warning, "{Reason}; nothing of the batch is kept, it is loaded again in {Seconds:0.0} s")]
    public static partial void TransactionRetry(ILogger logger, string reason, double seconds);

    [LoggerMessage(3008, LogLevel.Information, "loads every {Seconds:0.##} s or {Bytes} bytes (set: {SetSeconds:0.##} s, {SetBytes} bytes), by what StarRocks can take")]
    public static partial void CadenceChanged(ILogger logger, double seconds, long bytes, double setSeconds, long setBytes);

    [LoggerMessage(3009, LogLevel.Information, "the transaction {Label} of an earlier run is {State}")]
    public static partial void TransactionSettled(ILogger logger, string label, string state);

    [LoggerMessage(3010, LogLevel.Warning, "the stream begins again at the last position: {Reason}")]
    public static partial void BatchLost(ILogger logger, string reason);

    [LoggerMessage(3011, LogLevel.Warning, "{Table} is copied again, from nothing: its table in StarRocks is emptied first")]
    public static partial void TableRestarts(ILogger logger, string table);

    [LoggerMessage(4001, LogLevel.Warning, "{Table}: column(s) {Columns} are not part of this build and are not copied; run 'pipelinegen catalog pull' and rebuild")]
    public static partial void ColumnsNotCompiled(ILogger logger, string table, string columns);

    [LoggerMessage(4003, LogLevel.Warning, "{Table}, column {Column}: {Rows} row(s) to quarantine, _pipelinegen_quarantine; the last value {Reason}")]
    public static partial void Quarantined(ILogger logger, string table, string column, long rows, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "{Count} rows of the pipeline are in quarantine, _pipelinegen_quarantine, and Pipeline:MaxQuarantinedRows allows {Limit}: the next one stops it")]
    public static partial void QuarantineOverLimit(ILogger logger, int count, int limit);

    [LoggerMessage(4004, LogLevel.Warning, "{Table}, column {Column}: the label '{Label}' of {Type} is not part of this build and passes through as text; run 'pipelinegen catalog pull' and rebuild where code reads it")]
    public static partial void UnknownLabel(ILogger logger, string table, string column, string type, string label);

    [LoggerMessage(4002, LogLevel.Warning, "slot {Slot} retains {Bytes} bytes of WAL, more than Pipeline:MaxRetainedWal")]
    public static partial void RetainedWal(ILogger logger, string slot, long bytes);
}
