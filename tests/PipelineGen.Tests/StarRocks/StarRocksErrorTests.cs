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
    public void A_server_text_has_its_class(string text, ErrorClass expected) => Assert.Equal(expected, StarRocksError.Find(text));

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
    public void A_sql_error_is_classed_by_code_then_text(int code, string text, ErrorClass expected) => Assert.Equal(expected, StarRocksError.OfSql(code, text));
}
