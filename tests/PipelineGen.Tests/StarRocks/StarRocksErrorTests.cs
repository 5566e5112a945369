using PipelineGen.StarRocks;

namespace PipelineGen.Tests.StarRocks;

public sealed class StarRocksErrorTests
{
    [Theory]
    // Whole texts as the server sends them (STARROCKS.md section 8).
    [InlineData("Failed to load data into tablet 10001, because of too many versions, current/limit: 1001/1000. You can reduce the loading job concurrency", ErrorClass.SlowDown)]
    [InlineData("because of too large compaction score, current/limit: 2000/1000", ErrorClass.SlowDown)]
    [InlineData("Partition's compaction score is larger than 100.0", ErrorClass.SlowDown)]
    [InlineData("Memory of process exceed limit. Pipeline Backend: 10.0.0.1, Used: 1, Limit: 1. Mem usage has exceed the limit of BE", ErrorClass.SlowDown)]
    [InlineData("primary key memory usage exceeds the limit. tablet_id: 10, consumption: 1", ErrorClass.SlowDown)]
    [InlineData("current running txns on db 10002 is 1000, larger than limit 1000", ErrorClass.SlowDown)]
    [InlineData("streamload txn num per be exceeds limit, be: 10.0.0.1, limit: 100", ErrorClass.SlowDown)]
    [InlineData("Stream Load exceed http cuncurrent limit 50, please try again later", ErrorClass.SlowDown)]
    [InlineData("Label [shop-1] has already been used.", ErrorClass.CheckState)]
    [InlineData("Publish timeout. The data will be visible after a while, txn 5", ErrorClass.CheckState)]
    [InlineData("publish timeout: 20000, transactionId=5", ErrorClass.CheckState)]
    [InlineData("transaction not found: 5", ErrorClass.CheckState)]
    [InlineData("Transaction with label L not exists", ErrorClass.CheckState)]
    [InlineData("Can't find the transaction with db [d] and label[l].", ErrorClass.CheckState)]
    [InlineData("get database write lock timeout, database=d, timeout=5ms", ErrorClass.Retryable)]
    [InlineData("get database read lock timeout, database=d", ErrorClass.Retryable)]
    [InlineData("Commit failed. txn: 5 table: t tablet: 7 quorum: 1<2 errorReplicas: x", ErrorClass.Retryable)]
    [InlineData("current fe is not master", ErrorClass.Retryable)]
    [InlineData("class com.starrocks.common.DdlException: No backend alive.", ErrorClass.Retryable)]
    [InlineData("No backend or compute node alive.", ErrorClass.Retryable)]
    [InlineData("transaction is aborted by timeout 600 seconds.", ErrorClass.Retryable)]
    [InlineData("timeout by txn manager", ErrorClass.Retryable)]
    [InlineData("Service is shutting down, please retry later!", ErrorClass.Retryable)]
    [InlineData("A schema change operation is in progress on the table t. Please wait", ErrorClass.Retryable)]
    [InlineData("too many filtered rows", ErrorClass.NeedsDecision)]
    [InlineData("Tablet is in error state, tablet_id: 7", ErrorClass.NeedsDecision)]
    [InlineData("The row is out of partition ranges. Please add a new partition.", ErrorClass.NeedsDecision)]
    [InlineData("primary key size exceed the limit.", ErrorClass.NeedsDecision)]
    [InlineData("disable_load_job is set to true, all load jobs are prevented", ErrorClass.NeedsDecision)]
    [InlineData("unknown table \"shop.orders\"", ErrorClass.NeedsDecision)]
    [InlineData("unknown database, database=shop", ErrorClass.NeedsDecision)]
    [InlineData("No rows were imported from upstream. Please check the data", ErrorClass.Final)]
    [InlineData("No partitions have data available for loading.", ErrorClass.Final)]
    [InlineData("Only primary key table support partial update", ErrorClass.Final)]
    [InlineData("Access denied; you need (at least one of) the INSERT privilege(s) on TABLE t for this operation.", ErrorClass.Final)]
    [InlineData("Label format error. regex: ^[-\\w]{1,128}$, label: a b", ErrorClass.Final)]
    [InlineData("class com.starrocks.common.DdlException: There is no 100-continue header", ErrorClass.Final)]
    [InlineData("no valid Basic authorization", ErrorClass.Final)]
    [InlineData("load request not equal last.", ErrorClass.Final)]
    [InlineData("TXN_IN_PROCESSING", ErrorClass.Retryable)]
    [InlineData("Transaction in processing, please retry later", ErrorClass.Retryable)]
    [InlineData("transaction 7 hasn't send any data yet", ErrorClass.Final)]
    [InlineData("all partitions have no load data", ErrorClass.Final)]
    [InlineData("Can not abort VISIBLE transaction 7, label is L", ErrorClass.CheckState)]
    [InlineData("Can not commit ABORTED transaction 7, label is L", ErrorClass.Retryable)]
    [InlineData("No transaction found by label L", ErrorClass.CheckState)]
    [InlineData("stream load task L does not exist", ErrorClass.CheckState)]
    [InlineData("Unsupported operation: TXN_PREPARE", ErrorClass.Final)]
    [InlineData("Request database X not equal transaction database Y", ErrorClass.Final)]
    [InlineData("Multi-statement transaction requests can only be sent to FE nodes, not BE nodes", ErrorClass.Final)]
    [InlineData("The size of this batch exceed the max size [104857600]  of json type data  data [ 200000000 ]. Set ignore_json_size to skip the check", ErrorClass.Final)]
    [InlineData("body size 200 exceed limit: 100", ErrorClass.Final)]
    [InlineData("Column has no default value. column: c", ErrorClass.NeedsDecision)]
    [InlineData("Unsupported compression type: x", ErrorClass.Final)]
    public void A_server_text_has_its_class(string text, ErrorClass expected) => Assert.Equal(expected, StarRocksError.Find(text));

    [Theory]
    [InlineData("because of too many versions, current/limit: 1001/1000", Shortage.Versions)]
    [InlineData("because of too large compaction score, current/limit: 2000/1000", Shortage.Versions)]
    [InlineData("Partition's compaction score is larger than 100.0", Shortage.Versions)]
    [InlineData("Memory of process exceed limit. Mem usage has exceed the limit of load", Shortage.Memory)]
    [InlineData("primary key memory usage exceeds the limit. tablet_id: 10", Shortage.Memory)]
    [InlineData("current running txns on db 10002 is 1000, larger than limit 1000", Shortage.Transactions)]
    [InlineData("streamload txn num per be exceeds limit, be: 10.0.0.1", Shortage.Transactions)]
    [InlineData("Stream Load exceed http cuncurrent limit 50, please try again later", Shortage.Transactions)]
    [InlineData("current fe is not master", Shortage.None)]
    [InlineData("something new", Shortage.None)]
    public void An_error_says_what_is_short(string text, Shortage expected)
    {
        Assert.Equal(expected, StarRocksError.ShortageOf(text));
        LoadError error = StarRocksError.OfText(text);
        Assert.Equal((expected, expected != Shortage.None), (error.Shortage, error.Class == ErrorClass.SlowDown));
    }

    [Theory]
    [InlineData("LABEL_ALREADY_EXISTS", ErrorClass.CheckState, true)]
    [InlineData("TXN_NOT_EXISTS", ErrorClass.CheckState, true)]
    [InlineData("TXN_IN_PROCESSING", ErrorClass.Retryable, true)]
    [InlineData("ANALYSIS_ERROR", ErrorClass.NeedsDecision, true)]
    [InlineData("INVALID_ARGUMENT", ErrorClass.Final, true)]
    [InlineData("ABORTED", ErrorClass.Retryable, true)]
    [InlineData("CANCELLED", ErrorClass.Retryable, true)]
    [InlineData("TIMEOUT", ErrorClass.CheckState, true)]
    [InlineData("PUBLISH_TIMEOUT", ErrorClass.CheckState, true)]
    [InlineData("MEM_LIMIT_EXCEEDED", ErrorClass.SlowDown, true)]
    [InlineData("SERVICE_UNAVAILABLE", ErrorClass.Retryable, true)]
    [InlineData("INTERNAL_ERROR", ErrorClass.Retryable, false)]
    [InlineData("FAILED", ErrorClass.Retryable, false)]
    public void A_status_decides_where_the_text_does_not(string status, ErrorClass expected, bool listed)
    {
        LoadError error = StarRocksError.OfTransaction(status, "something new");
        Assert.Equal((expected, listed, "something new"), (error.Class, error.IsListed, error.Message));
        Assert.Equal(ErrorClass.SlowDown, StarRocksError.OfTransaction(status, "because of too many versions, current/limit: 2/1").Class);
        Assert.Contains(status, StarRocksError.OfTransaction(status, "").Message);
    }

    [Fact]
    public void A_text_that_is_not_in_the_table_has_none() => Assert.Null(StarRocksError.Find("OK"));

    [Theory]
    [InlineData(1045, "Access denied for user 'u' (using password: YES)", ErrorClass.Final)]
    [InlineData(1045, "Access denied for user 'No backend alive.'", ErrorClass.Final)]
    [InlineData(1040, "Too many connections", ErrorClass.Retryable)]
    [InlineData(1064, "Getting syntax error at line 1, column 0.", ErrorClass.Final)]
    [InlineData(1064, "A schema change operation is in progress on the table t.", ErrorClass.Retryable)]
    [InlineData(5300, "Failed to acquire lock: x", ErrorClass.Retryable)]
    [InlineData(5501, "Unknown database 'x'", ErrorClass.NeedsDecision)]
    [InlineData(9999, "anything", ErrorClass.Final)]
    [InlineData(1007, "Can't create database 'x'; database exists", ErrorClass.Final)]
    [InlineData(1008, "Can't drop database 'x'; database doesn't exist", ErrorClass.Final)]
    [InlineData(1046, "No database selected", ErrorClass.Final)]
    [InlineData(1050, "Table 'x' already exists", ErrorClass.Final)]
    [InlineData(1060, "Duplicate column name 'c'", ErrorClass.Final)]
    [InlineData(1102, "Incorrect database name 'x'", ErrorClass.Final)]
    [InlineData(1117, "The number of columns in a table must be less than or equal to 10000", ErrorClass.Final)]
    [InlineData(1295, "This command is not supported in the prepared statement protocol yet", ErrorClass.Final)]
    [InlineData(5203, "Access denied; you need (at least one of) the INSERT privilege(s) on TABLE t", ErrorClass.Final)]
    [InlineData(5205, "Connections using insecure transport are prohibited", ErrorClass.Final)]
    [InlineData(5301, "Failed to begin transaction: x", ErrorClass.Retryable)]
    [InlineData(5302, "Transaction 7 does not exist", ErrorClass.CheckState)]
    [InlineData(5307, "x", ErrorClass.CheckState)]
    [InlineData(5502, "Unknown table 'x'", ErrorClass.NeedsDecision)]
    [InlineData(5509, "Unknown column", ErrorClass.NeedsDecision)]
    [InlineData(1064, "Getting analyzing error. Detail message: Unknown column 'k1' in 't2'.", ErrorClass.NeedsDecision)]
    [InlineData(5603, "No rows were imported from upstream. x", ErrorClass.Final)]
    [InlineData(5604, "Inserted target column count: 1 doesn't match select/value column count: 2", ErrorClass.Final)]
    public void A_sql_error_is_classed_by_code_then_text(int code, string text, ErrorClass expected) => Assert.Equal(expected, StarRocksError.OfSql(code, text));
}
