using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>The transaction interface call by call. No time passes: the clock is <see cref="ImpatientTime"/>.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task Calls_follow_leader_and_backend_with_every_header()
    {
        await using var cluster = new TransactionCluster();

        LoadTransaction transaction = await cluster.Client.BeginAsync(new TransactionRequest
        {
            Label = "shop-1", Table = "orders", Timeout = TimeSpan.FromSeconds(77), IdleTimeout = TimeSpan.FromSeconds(30),
        }, default).WaitAsync(Patience);
        LoadFigures first = await transaction.LoadAsync(TransactionCluster.Part() with { Columns = "id,__op", PartialUpdate = true }, default);
        await transaction.LoadAsync(TransactionCluster.Part(rows: """{"id":2}""") with { Columns = "id,__op", PartialUpdate = true }, default);
        TransactionReceipt receipt = await transaction.CommitAsync(default);

        Assert.Equal(["begin", "load", "load", "commit"], cluster.Calls);
        Assert.Equal(["""{"id":1}""", """{"id":2}"""], cluster.Rows);
        Assert.Equal(("shop-1", 7L, 16L, TimeSpan.FromMilliseconds(5)), (transaction.Label, transaction.TxnId, first.LoadBytes, first.ReadTime));
        Assert.Equal(["orders"], receipt.Tables);
        Assert.Equal((false, false, 2L), (receipt.SettledByLabel, receipt.VisibleLater, receipt.Figures!.LoadedRows));
        Assert.Equal(12, cluster.AllRequests.Count());
        foreach (FakeHttpRequest request in cluster.AllRequests)
        {
            bool isLoad = request.Path == "/api/transaction/load";
            Assert.Equal(isLoad ? "PUT" : "POST", request.Method);
            Assert.Equal("Basic " + Convert.ToBase64String("loader:s3cret!"u8), Header(request, "Authorization"));
            Assert.Equal(("shop", "orders", "shop-1", "77"), (Header(request, "db"), Header(request, "table"), Header(request, "label"), Header(request, "timeout")));
            Assert.Equal("(absent)", Header(request, "transaction_type"));
            Assert.Equal(isLoad ? "100-continue" : "(absent)", Header(request, "Expect"));
            Assert.Equal(isLoad ? "id,__op" : "(absent)", Header(request, "columns"));
            Assert.Equal(isLoad ? "8" : "0", Header(request, "Content-Length"));
            Assert.Equal(request.Path.EndsWith("begin", StringComparison.Ordinal) ? "30" : "(absent)", Header(request, "idle_transaction_timeout"));
        }
    }

    [Fact]
    public async Task Several_tables_commit_together_and_every_call_says_that_it_is_multi()
    {
        await using var cluster = new TransactionCluster();

        await using LoadTransaction transaction = await cluster.BeginAsync(table: null);
        await transaction.LoadAsync(TransactionCluster.Part("orders"), default);
        await transaction.LoadAsync(TransactionCluster.Part("_pipelinegen_progress"), default);
        await transaction.LoadAsync(TransactionCluster.Part("orders"), default);
        TransactionReceipt receipt = await transaction.CommitAsync(default);

        Assert.Equal(["orders", "_pipelinegen_progress"], receipt.Tables);
        Assert.All(cluster.AllRequests, request => Assert.Equal("multi", Header(request, "transaction_type")));
        Assert.Equal(["(absent)", "orders", "_pipelinegen_progress", "orders", "(absent)"], cluster.BackendRequests.Select(request => Header(request, "table")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.LoadAsync(TransactionCluster.Part(), default));
    }

    [Theory]
    [InlineData("INTERNAL_ERROR", "too many filtered rows", ErrorClass.NeedsDecision)]
    [InlineData("ANALYSIS_ERROR", "Getting analyzing error. Detail message: x", ErrorClass.NeedsDecision)]
    [InlineData("INVALID_ARGUMENT", "Request database X not equal transaction database Y", ErrorClass.Final)]
    [InlineData("MEM_LIMIT_EXCEEDED", "no memory", ErrorClass.SlowDown)]
    [InlineData("SERVICE_UNAVAILABLE", "because of too many versions, current/limit: 1001/1000", ErrorClass.SlowDown)]
    [InlineData("SERVICE_UNAVAILABLE", "", ErrorClass.Retryable)]
    [InlineData("ABORTED", "", ErrorClass.Retryable)]
    [InlineData("CANCELLED", "", ErrorClass.Retryable)]
    [InlineData("TXN_NOT_EXISTS", "Transaction with label shop-1 not exists", ErrorClass.Retryable)]
    [InlineData("FAILED", "class com.starrocks.common.StarRocksException: Can't find the transaction with db [shop] and label[shop-1].", ErrorClass.Retryable)]
    [InlineData("INTERNAL_ERROR", "something new", ErrorClass.Retryable)]
    public async Task A_failed_load_ends_the_transaction_with_a_class_and_a_table(string status, string message, ErrorClass expected)
    {
        await using var cluster = new TransactionCluster().Meets("load", Trouble.Status(status, message));
        await using LoadTransaction transaction = await cluster.BeginAsync(table: null);

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.LoadAsync(TransactionCluster.Part("items"), default).WaitAsync(Patience));

        Assert.Equal((expected, "items", "shop-1"), (failure.Class, failure.Table, failure.Label));
        Assert.Contains(message, failure.Message);
        Assert.Equal("ABORTED", cluster.State);
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync(default));
    }

    [Fact]
    public async Task A_busy_transaction_gets_the_same_request_again()
    {
        await using var cluster = new TransactionCluster().Meets("load", Trouble.Busy, Trouble.Busy).Meets("commit", Trouble.Busy).Meets("begin", Trouble.Busy);
        var body = new OnceBody("""{"id":9}""");

        await using LoadTransaction transaction = await cluster.BeginAsync();
        await transaction.LoadAsync(new TransactionPart { Table = "orders", Body = body }, default).WaitAsync(Patience);
        await transaction.CommitAsync(default).WaitAsync(Patience);

        Assert.Equal(["begin", "begin", "load", "load", "load", "commit", "commit"], cluster.Calls);
        Assert.Equal(1, body.Writes);
        Assert.Equal(4, cluster.Notices.Count);
        Assert.All(cluster.Notices, notice => Assert.Contains("in processing", notice.Reason));
    }

    [Fact]
    public async Task Rows_whose_reply_was_lost_are_never_sent_twice_but_rolled_back()
    {
        await using var cluster = new TransactionCluster().Meets("load", Trouble.LostReply);
        await using LoadTransaction transaction = await cluster.BeginAsync();

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.LoadAsync(TransactionCluster.Part(), default).WaitAsync(Patience));

        Assert.True(failure.IsRetryable);
        Assert.Equal(["begin", "load", "rollback"], cluster.Calls);
        Assert.Equal("ABORTED", cluster.State);
    }

    [Fact]
    public async Task A_commit_whose_reply_was_lost_is_known_by_the_label()
    {
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.LostReply);
        await using LoadTransaction transaction = await cluster.BegunAndLoadedAsync();

        TransactionReceipt receipt = await transaction.CommitAsync(default).WaitAsync(Patience);

        Assert.True(receipt.SettledByLabel);
        Assert.Equal(["begin", "load", "commit", "get_load_state"], cluster.Calls);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("orders")]
    public async Task A_commit_that_never_arrived_is_rolled_back_after_a_limit_and_may_be_repeated(string? table)
    {
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.LostRequest);
        await using LoadTransaction transaction = await cluster.BegunAndLoadedAsync(table);

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.CommitAsync(default).WaitAsync(Patience));

        Assert.True(failure.IsRetryable);
        Assert.Equal("ABORTED", cluster.State);
        Assert.Equal("rollback", cluster.Calls[^1]);
        Assert.InRange(cluster.Time.Waits.Sum(wait => wait.TotalSeconds), 30, 60);
    }

    [Theory]
    [InlineData("COMMITTED", true)]
    [InlineData("VISIBLE", false)]
    public async Task Publish_timeouts_are_looked_up(string state, bool visibleLater)
    {
        foreach (Trouble trouble in new[]
        {
            Trouble.Status("FAILED", "class com.starrocks.common.StarRocksException: publish timeout: 20000, transactionId=7"),
            Trouble.Status("PUBLISH_TIMEOUT", "Publish timeout. The data will be visible after a while, x"),
            Trouble.Status("TIMEOUT", ""),
        })
        {
            await using var cluster = new TransactionCluster().Meets("commit", trouble);
            await using LoadTransaction transaction = await cluster.BegunAndLoadedAsync();
            cluster.State = state;

            TransactionReceipt receipt = await transaction.CommitAsync(default).WaitAsync(Patience);

            Assert.Equal((true, visibleLater), (receipt.SettledByLabel, receipt.VisibleLater));
        }
    }

    [Theory]
    [InlineData("ABORTED", true)]
    [InlineData("UNKNOWN", true)]
    public async Task A_refused_commit_keeps_nothing(string state, bool retryable)
    {
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.Status("TXN_NOT_EXISTS", "Transaction with label shop-1 not exists"));
        await using LoadTransaction transaction = await cluster.BegunAndLoadedAsync();
        cluster.State = state;
        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.CommitAsync(default).WaitAsync(Patience));
        Assert.Equal(retryable, failure.IsRetryable);
        Assert.Contains("nothing is kept", failure.Message);
    }

    [Fact]
    public async Task Filtered_rows_at_commit_are_explained_and_rolled_back_at_once()
    {
        await using var reasons = new FakeHttpServer(request => request.ReplyAsync(200, "Error: NULL value in non-nullable column 'name'. Row: x\n"));
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.Status("INTERNAL_ERROR", "too many filtered rows", $",\"ErrorURL\":\"{reasons.Url}x\""));
        using var client = new TransactionClient(cluster.Options); // the real clock: reading reasons has a limit
        await using LoadTransaction transaction = await client.BeginAsync(new TransactionRequest { Label = "shop-1", Table = "orders" }, default).WaitAsync(Patience);
        await transaction.LoadAsync(TransactionCluster.Part(), default).WaitAsync(Patience);

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.CommitAsync(default).WaitAsync(Patience));

        Assert.Equal(ErrorClass.NeedsDecision, failure.Class);
        Assert.Contains("'name'", failure.Message);
        Assert.Equal(["begin", "load", "commit", "get_load_state", "rollback"], cluster.Calls);
    }

    [Fact]
    public async Task An_outcome_that_nobody_tells_is_unknown_not_guessed()
    {
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.LostRequest)
            .Meets("get_load_state", [.. Enumerable.Repeat(Trouble.LostRequest, 10)]);
        LoadTransaction transaction = await cluster.BegunAndLoadedAsync();

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.CommitAsync(default).WaitAsync(Patience));
        Assert.Equal(ErrorClass.CheckState, failure.Class);
        await transaction.DisposeAsync();

        Assert.DoesNotContain("rollback", cluster.Calls); // it may have committed: that is for recovery to find out
    }

    [Fact]
    public async Task Prepared_rows_are_committed_again_until_the_answer_is_known()
    {
        await using var cluster = new TransactionCluster()
            .Meets("prepare", Trouble.LostReply)
            .Meets("commit", Trouble.LostRequest, Trouble.Status("FAILED", "class com.starrocks.common.StarRocksException: get database write lock timeout, database=shop"));
        LoadTransaction transaction = await cluster.BegunAndLoadedAsync();

        await transaction.PrepareAsync(default).WaitAsync(Patience);
        await transaction.DisposeAsync(); // leaves a prepared transaction alone
        Assert.Equal("PREPARED", cluster.State);
        TransactionReceipt receipt = await transaction.CommitAsync(default).WaitAsync(Patience);

        Assert.False(receipt.SettledByLabel);
        Assert.Equal("VISIBLE", cluster.State);
        Assert.Equal(3, cluster.Calls.Count(call => call == "commit"));
        Assert.DoesNotContain("rollback", cluster.Calls);
    }

    [Theory]
    [InlineData("ABORTED", ErrorClass.Retryable)]
    [InlineData("UNKNOWN", ErrorClass.CheckState)]
    public async Task A_prepared_transaction_that_is_gone_is_told_by_its_state(string state, ErrorClass expected)
    {
        await using var cluster = new TransactionCluster().Meets("commit", Trouble.Status("FAILED", "class x: Can not commit ABORTED transaction 7, label is shop-1"));
        LoadTransaction transaction = await cluster.BegunAndLoadedAsync();
        await transaction.PrepareAsync(default).WaitAsync(Patience);
        cluster.State = state;
        Assert.Equal(expected, (await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.CommitAsync(default).WaitAsync(Patience))).Class);
    }

    [Fact]
    public async Task A_prepare_that_is_refused_keeps_nothing()
    {
        await using var cluster = new TransactionCluster().Meets("prepare", Trouble.Status("INTERNAL_ERROR", "too many filtered rows"));
        LoadTransaction transaction = await cluster.BegunAndLoadedAsync();
        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => transaction.PrepareAsync(default).WaitAsync(Patience));
        Assert.Equal((ErrorClass.NeedsDecision, "ABORTED"), (failure.Class, cluster.State));
    }

    [Fact]
    public async Task A_label_in_use_asks_to_settle_it_first()
    {
        await using var cluster = new TransactionCluster { State = "PREPARE" };
        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.BeginAsync());
        Assert.Equal(ErrorClass.CheckState, failure.Class);
        Assert.Equal(["begin"], cluster.Calls);
    }

    [Fact]
    public async Task A_begin_whose_reply_was_lost_is_rolled_back_and_begun_again()
    {
        await using var cluster = new TransactionCluster().Meets("begin", Trouble.LostReply);

        await using LoadTransaction transaction = await cluster.BeginAsync();

        Assert.Equal(["begin", "begin", "rollback", "begin"], cluster.Calls);
        Assert.Equal("PREPARE", cluster.State);
    }

    [Fact]
    public async Task A_multi_table_begin_whose_reply_was_lost_needs_a_new_label()
    {
        await using var cluster = new TransactionCluster().Meets("begin", Trouble.LostReply);

        var failure = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.BeginAsync(table: null));

        Assert.Equal(ErrorClass.Retryable, failure.Class);
        Assert.Contains("new label", failure.Message);
        Assert.Equal("ABORTED", cluster.State);
    }

    [Fact]
    public async Task Begin_waits_out_what_passes_and_stops_at_what_does_not()
    {
        await using var cluster = new TransactionCluster().Meets("begin",
            Trouble.Status("FAILED", "class x: current running txns on db 10002 is 1000, larger than limit 1000"),
            Trouble.Status("FAILED", "class x: No backend alive."));
        await using LoadTransaction transaction = await cluster.BeginAsync();
        Assert.Equal([Shortage.Transactions, Shortage.None], cluster.Notices.Select(notice => notice.Shortage));

        await using var denied = new TransactionCluster().Meets("begin", Trouble.Status("FAILED", "Access denied; you need the INSERT privilege"));
        Assert.Equal(ErrorClass.Final, (await Assert.ThrowsAsync<StarRocksLoadException>(() => denied.BeginAsync())).Class);
    }

    [Fact]
    public async Task What_the_server_would_refuse_is_refused_here()
    {
        await using var cluster = new TransactionCluster();
        await using LoadTransaction single = await cluster.BeginAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => single.CommitAsync(default)); // empty
        await Assert.ThrowsAsync<InvalidOperationException>(() => single.PrepareAsync(default));
        await Assert.ThrowsAsync<ArgumentException>(() => single.LoadAsync(TransactionCluster.Part("items"), default));
        await Assert.ThrowsAsync<ArgumentException>(() => single.LoadAsync(TransactionCluster.Part("or\nders"), default));
        await single.LoadAsync(TransactionCluster.Part() with { Columns = "id" }, default);
        var different = await Assert.ThrowsAsync<ArgumentException>(() => single.LoadAsync(TransactionCluster.Part() with { Columns = "id,name" }, default));
        Assert.Contains("load request not equal last", different.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => single.LoadAsync(TransactionCluster.Part() with { Columns = "id", PartialUpdate = true }, default));
        await single.CommitAsync(default); // none of it did any harm
        Assert.Equal(["begin", "load", "commit"], cluster.Calls);

        await using var several = new TransactionCluster();
        LoadTransaction multi = await several.BegunAndLoadedAsync(table: null);
        await Assert.ThrowsAsync<InvalidOperationException>(() => multi.PrepareAsync(default));
    }

    [Fact]
    public async Task Leaving_rolls_an_open_transaction_back_also_after_a_failing_body()
    {
        await using var cluster = new TransactionCluster();
        LoadTransaction transaction = await cluster.BeginAsync();
        var broken = new ScriptedBody((_, _) => throw new FormatException("bad row"));

        await Assert.ThrowsAsync<FormatException>(() => transaction.LoadAsync(new TransactionPart { Table = "orders", Body = broken }, default).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.LoadAsync(TransactionCluster.Part(), default));
        await transaction.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal("ABORTED", cluster.State);
        await transaction.DisposeAsync();
        Assert.Single(cluster.Calls, call => call == "rollback");
    }

    [Fact]
    public async Task A_dead_and_a_failing_frontend_are_passed_over()
    {
        await using var dying = new FakeHttpServer(request =>
        {
            request.Reset();
            return Task.CompletedTask;
        });
        await using var cluster = new TransactionCluster();
        using var client = new TransactionClient(cluster.Options with { LoadUrls = [FakeHttpServer.Nobody(), dying.Url, .. cluster.Options.LoadUrls] }, cluster.Time);

        await using LoadTransaction transaction = await client.BeginAsync(new TransactionRequest { Label = "shop-1", Table = "orders" }, default).WaitAsync(Patience);
        await transaction.LoadAsync(TransactionCluster.Part(), default).WaitAsync(Patience);
        TransactionReceipt receipt = await transaction.CommitAsync(default).WaitAsync(Patience);

        Assert.False(receipt.SettledByLabel);
        Assert.Single(dying.Requests); // the good one is remembered
    }
}
