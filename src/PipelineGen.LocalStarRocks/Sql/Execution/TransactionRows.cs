using System.Globalization;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>Transactions and schema changes as rows of SHOW and information_schema (STARROCKS.md, 2.5 and 6.1).</summary>
internal static class TransactionRows
{
    // What the FE prints where there is no time yet.
    private const string Never = "\\N";

    public static string? Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>SHOW TRANSACTION FROM db WHERE id = N: only by id.</summary>
    public static RowSet Show(Cluster cluster, string database, Expression? where)
    {
        if (where is not BinaryExpression { Operator: "=", Left: ColumnExpression { Name: var name }, Right: LiteralExpression { Source: SourceKind.Number, Text: var text } } ||
            !name.Equals("id", StringComparison.OrdinalIgnoreCase) || !long.TryParse(text, CultureInfo.InvariantCulture, out long id))
        {
            throw StarRocksError.Analyzing("Where clause should looks like one of them: id = 123");
        }

        LoadTransaction[] found = [.. cluster.Labels.List(database).Where(t => t.Id == id)];
        return found.Length == 0 ? throw StarRocksError.Refused($"transaction with id {id} does not exist") : Of(cluster, found);
    }

    /// <summary>SHOW PROC '/transactions/db/running' and '/finished'.</summary>
    public static RowSet Proc(Cluster cluster, string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["transactions", var database, "running" or "finished"])
        {
            throw StarRocksError.NotInStandIn($"SHOW PROC '{path}'");
        }

        if (!cluster.Catalog.Current.Databases.ContainsKey(database))
        {
            throw StarRocksError.UnknownDatabase(database);
        }

        bool finished = parts[2] == "finished";
        return Of(cluster, cluster.Labels.List(database).Where(t => finished == t.State is LabelState.Visible or LabelState.Aborted).Reverse());
    }

    private static RowSet Of(Cluster cluster, IEnumerable<LoadTransaction> transactions)
    {
        // PreparedTime and PreparedTimeoutMs came with 4.0.
        bool prepared = cluster.Version.IsAtLeast(4, 0);
        string columns = "#TransactionId,Label,Coordinator,TransactionStatus,LoadJobSourceType,PrepareTime," + (prepared ? "PreparedTime," : "") +
            "CommitTime,PublishTime,FinishTime,Reason,#ErrorReplicasCount,#ListenerId,#TimeoutMs," + (prepared ? "#PreparedTimeoutMs," : "") + "ErrMsg";
        return RowSet.Of(columns, transactions.Select(t =>
        {
            object?[] row =
            [
                t.Id, t.Label, t.Coordinator, t.State.ToString().ToUpperInvariant(), t.SourceType, Time(t.PrepareTime),
                .. prepared ? [Time(t.PreparedTime) ?? Never] : Array.Empty<object?>(),
                Time(t.CommitTime) ?? Never, Time(t.PublishTime) ?? Never, Time(t.FinishTime) ?? Never, t.Reason, 0L, -1L, (long)t.Timeout.TotalMilliseconds,
                .. prepared ? [(long)t.PreparedTimeout.TotalMilliseconds] : Array.Empty<object?>(),
                t.Reason,
            ];
            return row;
        }));
    }

    /// <summary>SHOW ALTER TABLE COLUMN.</summary>
    public static RowSet Alters(Cluster cluster, string database) => RowSet.Of(
        "#JobId,TableName,CreateTime,FinishTime,IndexName,#IndexId,#OriginIndexId,SchemaVersion,#TransactionId,State,Msg,Progress,#Timeout",
        cluster.Alters.List(database).Select(j => new object?[]
        {
            j.Id, j.TableName, Time(j.Created), Time(j.Finished), j.TableName, j.TableId, j.TableId, $"{j.SchemaVersion}:{j.TableId}", j.Watermark, j.StateText, j.Message, j.Progress,
            (long)AlterJobs.Timeout.TotalSeconds,
        }));

    /// <summary>information_schema.loads.</summary>
    public static RowSet Loads(Cluster cluster, CatalogSnapshot catalog) => RowSet.Of(
        "#ID,LABEL,PROFILE_ID,DB_NAME,TABLE_NAME,USER,WAREHOUSE,STATE,PROGRESS,TYPE,PRIORITY,#SCAN_ROWS,#SCAN_BYTES,#FILTERED_ROWS,#UNSELECTED_ROWS,#SINK_ROWS,RUNTIME_DETAILS," +
        "CREATE_TIME,LOAD_START_TIME,LOAD_COMMIT_TIME,LOAD_FINISH_TIME,PROPERTIES,ERROR_MSG,TRACKING_SQL,REJECTED_RECORD_PATH,#JOB_ID",
        All(cluster, catalog).Select(t => new object?[]
        {
            t.Load.Id, t.Load.Label, "", t.Load.Database, t.Table, cluster.Options.User, "default_warehouse", State(t.Load.State), t.Load.State == LabelState.Visible ? "100%" : "0%",
            t.Load.Source == LoadSource.InsertStreaming ? "INSERT" : "STREAM_LOAD", "NORMAL", t.Load.Counts.Total, t.Load.Counts.Bytes, t.Load.Counts.Filtered, t.Load.Counts.Unselected, t.Load.Counts.Loaded, null,
            Time(t.Load.PrepareTime), Time(t.Load.PrepareTime), Time(t.Load.CommitTime), Time(t.Load.FinishTime),
            "", t.Load.Reason, "", "", t.Load.Id,
        }));

    /// <summary>information_schema.stream_loads.</summary>
    public static RowSet StreamLoads(Cluster cluster, CatalogSnapshot catalog) => RowSet.Of(
        "LABEL,#ID,LOAD_ID,#TXN_ID,DB_NAME,TABLE_NAME,STATE,ERROR_MSG,TRACKING_URL,#CHANNEL_NUM,#PREPARED_CHANNEL_NUM,#NUM_ROWS_NORMAL,#NUM_ROWS_AB_NORMAL,#NUM_ROWS_UNSELECTED,#NUM_LOAD_BYTES," +
        "#TIMEOUT_SECOND,CREATE_TIME_MS,BEFORE_LOAD_TIME_MS,START_LOADING_TIME_MS,START_PREPARING_TIME_MS,FINISH_PREPARING_TIME_MS,END_TIME_MS,CHANNEL_STATE,TYPE,TRACKING_SQL",
        All(cluster, catalog).Where(t => t.Load.Source != LoadSource.InsertStreaming).Select(t => new object?[]
        {
            t.Load.Label, t.Load.Id, "", t.Load.Id, t.Load.Database, t.Table, State(t.Load.State), t.Load.Reason, t.Load.ErrorUrl ?? "", 0L, 0L, t.Load.Counts.Loaded, t.Load.Counts.Filtered, t.Load.Counts.Unselected, t.Load.Counts.Bytes, (long)t.Load.Timeout.TotalSeconds,
            Time(t.Load.PrepareTime), Time(t.Load.PrepareTime), Time(t.Load.PrepareTime), null, Time(t.Load.PreparedTime), Time(t.Load.FinishTime), "", "STREAM_LOAD", "",
        }));

    private static IEnumerable<(LoadTransaction Load, string Table)> All(Cluster cluster, CatalogSnapshot catalog) =>
        from database in catalog.Databases
        let names = database.Value.Values.ToDictionary(t => t.Id, t => t.Name)
        from load in cluster.Labels.List(database.Key)
        select (load, string.Join(",", load.TableIds.Select(id => names.GetValueOrDefault(id, ""))));

    private static string State(LabelState state) => state switch
    {
        LabelState.Visible => "FINISHED",
        LabelState.Aborted => "CANCELLED",
        LabelState.Committed => "COMMITED",
        LabelState.Prepared => "PREPARED",
        _ => "LOADING",
    };
}
