using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>A load to its end: what is repeated, what is asked, what stops. No time passes: the clock is <see cref="ImpatientTime"/>.</summary>
public sealed class StreamLoadRetryTests
{
    [Fact]
    public async Task A_lost_reply_is_settled_by_the_label_and_the_body_is_not_sent_again()
    {
        await using var cluster = new Cluster(Send.LoseReply) { States = { "PREPARE", "PREPARE", "VISIBLE" } };

        LoadReceipt receipt = await cluster.LoadAsync();

        Assert.True(receipt.SettledByLabel);
        Assert.False(receipt.AlreadyFinished);
        Assert.Equal(1, receipt.Attempts);
        Assert.Equal(1, cluster.Bodies);
        Assert.Equal(3, cluster.Asked);
    }

    [Fact]
    public async Task A_committed_label_is_done_but_visible_later()
    {
        await using var cluster = new Cluster(Send.LoseReply) { States = { "COMMITTED" } };
        LoadReceipt receipt = await cluster.LoadAsync();
        Assert.True(receipt.VisibleLater);
        Assert.Null(receipt.Figures);
    }

    [Theory]
    [InlineData("ABORTED")]
    [InlineData("UNKNOWN")]
    public async Task A_lost_load_of_which_nothing_was_kept_is_sent_again_under_the_same_label(string state)
    {
        await using var cluster = new Cluster(Send.LoseReply, Send.Success) { States = { state } };

        LoadReceipt receipt = await cluster.LoadAsync();

        Assert.Equal(2, receipt.Attempts);
        Assert.Equal(2, cluster.Bodies);
        Assert.Equal(["shop-orders-1", "shop-orders-1"], cluster.Labels);
        RetryNotice notice = Assert.Single(cluster.Notices);
        Assert.Equal(("orders", "shop-orders-1", 1, ErrorClass.Retryable), (notice.Table, notice.Label, notice.Attempt, notice.Class));
    }

    [Fact]
    public async Task A_body_that_cannot_be_replayed_is_not_and_the_caller_may_retry()
    {
        var body = new OnceBody("x");
        await using var cluster = new Cluster(Send.LoseReply, Send.Success) { States = { "ABORTED" } };

        var lost = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.LoadAsync(body));

        Assert.Equal(ErrorClass.Retryable, lost.Class);
        Assert.Equal(1, body.Writes);
    }

    [Fact]
    public async Task A_body_that_cannot_be_replayed_survives_refusals_before_it_began()
    {
        var body = new OnceBody("x");
        await using var cluster = new Cluster(Send.RefuseEarly("No backend alive."), Send.RefuseEarly("current fe is not master"), Send.Success);

        LoadReceipt receipt = await cluster.LoadAsync(body);

        Assert.Equal(3, receipt.Attempts);
        Assert.Equal(1, body.Writes);
    }

    [Fact]
    public async Task A_transaction_that_stays_prepare_is_cancelled_after_a_limit_and_the_load_sent_again()
    {
        await using var cluster = new Cluster(Send.LoseReply, Send.Success) { States = { "PREPARE" }, StateAfterCancel = "ABORTED" };

        LoadReceipt receipt = await cluster.LoadAsync();

        Assert.Equal(1, cluster.Cancels);
        Assert.Equal(2, receipt.Attempts);
        Assert.InRange(cluster.Time.Waits.Sum(wait => wait.TotalSeconds), 30, 60);
    }

    [Fact]
    public async Task A_commit_that_overtakes_the_cancel_counts()
    {
        await using var cluster = new Cluster(Send.LoseReply) { States = { "PREPARE" }, StateAfterCancel = "VISIBLE" };

        Assert.True((await cluster.LoadAsync()).SettledByLabel);

        Assert.Equal(1, cluster.Bodies);
    }

    [Fact]
    public async Task Finished_on_the_first_send_is_surfaced()
    {
        await using var cluster = new Cluster(Send.Finished);
        LoadReceipt receipt = await cluster.LoadAsync();
        // FINISHED does not tell whether queries see it already.
        Assert.Equal((true, true), (receipt.AlreadyFinished, receipt.VisibleLater));
        Assert.Equal(0, cluster.Bodies);
    }

    [Fact]
    public async Task Finished_after_our_own_unknown_outcome_is_ours()
    {
        // The frontend had not yet heard of the commit when it was asked.
        await using var cluster = new Cluster(Send.LoseReply, Send.Finished) { States = { "UNKNOWN" } };
        Assert.False((await cluster.LoadAsync()).AlreadyFinished);
    }

    [Fact]
    public async Task Finished_after_a_plain_refusal_is_not_ours()
    {
        await using var cluster = new Cluster(Send.RefuseEarly("No backend alive."), Send.Finished);
        Assert.True((await cluster.LoadAsync()).AlreadyFinished);
    }

    [Fact]
    public async Task A_running_label_is_waited_for()
    {
        await using var cluster = new Cluster(Send.Running) { States = { "PREPARE", "COMMITTED" } };

        LoadReceipt receipt = await cluster.LoadAsync();

        Assert.True(receipt.AlreadyFinished);
        Assert.Equal(0, cluster.Bodies);
        Assert.Equal(0, cluster.Cancels);
    }

    [Fact]
    public async Task A_failed_commit_that_says_publish_timeout_is_looked_up()
    {
        await using var cluster = new Cluster(Send.Fail("publish timeout: 20000, transactionId=7")) { States = { "VISIBLE" } };
        LoadReceipt receipt = await cluster.LoadAsync();
        Assert.True(receipt.SettledByLabel);
        Assert.Equal(1, cluster.Bodies);
    }

    [Fact]
    public async Task Too_many_versions_slow_down()
    {
        Send crowded = Send.Fail("Failed to load data into tablet 1, because of too many versions, current/limit: 1001/1000.");
        await using var cluster = new Cluster(crowded, crowded, Send.Success);

        await cluster.LoadAsync();

        Assert.Equal(2, cluster.Notices.Count);
        Assert.All(cluster.Notices, notice => Assert.Equal(ErrorClass.SlowDown, notice.Class));
        Assert.InRange(cluster.Notices[0].Delay.TotalSeconds, 2.5, 5);
        Assert.InRange(cluster.Notices[1].Delay.TotalSeconds, 5, 10);
    }

    [Fact]
    public async Task A_gateway_error_after_the_body_is_settled_by_the_label()
    {
        await using var cluster = new Cluster(Send.Success with { Status = 502 }) { States = { "VISIBLE" } };
        LoadReceipt receipt = await cluster.LoadAsync();
        Assert.Equal((true, false, 1), (receipt.SettledByLabel, receipt.AlreadyFinished, cluster.Bodies));
    }

    [Fact]
    public async Task Frontends_down_for_minutes_are_waited_for_with_a_capped_pause()
    {
        var time = new ImpatientTime();
        var pauses = new List<TimeSpan>();
        using var stop = new CancellationTokenSource();
        using var client = new StreamLoadClient(Unhurried(FakeHttpServer.Nobody()), time, jitterSeed: 7)
        {
            OnRetry = notice =>
            {
                pauses.Add(notice.Delay);
                if (pauses.Count == 40)
                {
                    stop.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.LoadAsync(Request(), stop.Token).WaitAsync(Patience));

        Assert.Equal(40, pauses.Count);
        Assert.InRange(pauses[0].TotalSeconds, 0.25, 0.5);
        Assert.All(pauses, pause => Assert.True(pause <= TimeSpan.FromSeconds(30)));
        Assert.All(pauses.Skip(8), pause => Assert.True(pause >= TimeSpan.FromSeconds(15)));
        Assert.True(pauses.Skip(8).Distinct().Count() > 10, "no jitter");
    }

    [Fact]
    public async Task Attempts_can_be_limited()
    {
        await using var cluster = new Cluster(Send.RefuseEarly("No backend alive.")) { MaxAttempts = 3 };
        var gaveUp = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.LoadAsync());
        Assert.Equal(ErrorClass.Retryable, gaveUp.Class);
        Assert.Contains("3 attempts", gaveUp.Message);
        Assert.Equal(3, cluster.Labels.Count);

        await using var single = new Cluster(Send.RefuseEarly("No backend alive.")) { MaxAttempts = 1 };
        await Assert.ThrowsAsync<StarRocksLoadException>(() => single.LoadAsync());
        Assert.Single(single.Labels);
    }

    [Fact]
    public async Task An_unlisted_failure_is_repeated_a_few_times_then_final()
    {
        await using var cluster = new Cluster(Send.Fail("a text nobody has seen")) { States = { "ABORTED" } };

        var final = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.LoadAsync());

        Assert.Equal(ErrorClass.Final, final.Class);
        Assert.Contains("a text nobody has seen", final.Message);
        Assert.Equal(5, cluster.Bodies);
        Assert.Equal(4, cluster.Asked);
    }

    [Fact]
    public async Task A_frontend_that_is_down_while_settling_is_asked_again_before_anything_is_sent()
    {
        await using var cluster = new Cluster(Send.LoseReply) { States = { "(down)", "VISIBLE" } };

        LoadReceipt receipt = await cluster.LoadAsync();

        Assert.Equal(1, cluster.Bodies);
        Assert.Equal(2, receipt.Attempts);
        Assert.Equal(ErrorClass.CheckState, Assert.Single(cluster.Notices).Class);
    }

    [Fact]
    public async Task A_label_held_by_a_prepared_transaction_needs_a_decision()
    {
        await using var cluster = new Cluster(Send.Running) { States = { "PREPARED" } };
        var held = await Assert.ThrowsAsync<StarRocksLoadException>(() => cluster.LoadAsync());
        Assert.Equal(ErrorClass.NeedsDecision, held.Class);
        Assert.Equal(0, cluster.Cancels);
    }

    [Fact]
    public async Task Questions_about_labels_follow_redirects_to_the_leader()
    {
        await using var leader = new FakeHttpServer(request => request.ReplyAsync(200, State("PREPARED")));
        await using var follower = new FakeHttpServer(request => request.RedirectAsync(leader.Url));
        using var client = new StreamLoadClient(Options(FakeHttpServer.Nobody(), follower.Url));

        Assert.Equal(LabelState.Prepared, await client.GetLabelStateAsync("shop-orders-1", default).WaitAsync(Patience));

        FakeHttpRequest asked = Assert.Single(leader.Requests);
        Assert.Equal("GET", asked.Method);
        Assert.Equal("/api/shop/get_load_state?label=shop-orders-1", asked.Path);
        Assert.StartsWith("Basic ", Header(asked, "Authorization"));
    }

    [Fact]
    public async Task Cancel_tells_whether_there_was_something_to_abort()
    {
        string reply = """{"status":"OK","msg":"Success"}""";
        await using var server = new FakeHttpServer(request => request.ReplyAsync(200, reply));
        using var client = new StreamLoadClient(Options(server.Url));

        Assert.True(await client.CancelAsync("orders", "l1", default).WaitAsync(Patience));
        reply = """{"status":"FAILED","code":"1","msg":"transaction not found: l1","message":"transaction not found: l1"}""";
        Assert.False(await client.CancelAsync("orders", "l1", default).WaitAsync(Patience));
        reply = """{"status":"FAILED","msg":"Access denied"}""";
        await Assert.ThrowsAsync<StarRocksLoadException>(() => client.CancelAsync("orders", "l1", default).WaitAsync(Patience));

        Assert.All(server.Requests, request => Assert.Equal("POST /api/shop/orders/_cancel?label=l1", $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task A_refused_question_is_an_error_not_a_state()
    {
        await using var server = new FakeHttpServer(request => request.ReplyAsync(200, """{"status":"FAILED","code":"1","msg":"unknown database, database=shop"}"""));
        using var client = new StreamLoadClient(Options(server.Url));
        var refused = await Assert.ThrowsAsync<StarRocksLoadException>(() => client.GetLabelStateAsync("l1", default).WaitAsync(Patience));
        Assert.Equal(ErrorClass.NeedsDecision, refused.Class);
        Assert.Contains("unknown database", refused.Message);
    }

    /// <summary>What the cluster does with one send.</summary>
    private sealed record Send(string? Reply, bool TakesBody)
    {
        public int Status { get; init; } = 200;

        public static Send Success { get; } = new(LoadFixtures.Reply("Success"), true);

        public static Send LoseReply { get; } = new(null, true);

        public static Send Finished { get; } = new(LoadFixtures.Reply("Label Already Exists", "Label [x] has already been used.", "\n\"ExistingJobStatus\": \"FINISHED\","), false);

        public static Send Running { get; } = new(LoadFixtures.Reply("Label Already Exists", "Label [x] has already been used.", "\n\"ExistingJobStatus\": \"RUNNING\","), false);

        public static Send Fail(string message) => new(LoadFixtures.Reply("Fail", message), true);

        public static Send RefuseEarly(string message) => new(LoadFixtures.Reply("FAILED", message), false);
    }

    /// <summary>A scripted cluster and a client whose pauses take no time. The last send and the last state repeat.</summary>
    private sealed class Cluster : IAsyncDisposable
    {
        private readonly FakeHttpServer _server;
        private readonly Send[] _sends;

        public Cluster(params Send[] sends)
        {
            _sends = sends;
            _server = new FakeHttpServer(AnswerAsync);
        }

        public List<string> States { get; } = [];

        public string? StateAfterCancel { get; init; }

        public int? MaxAttempts { get; init; }

        public ImpatientTime Time { get; } = new();

        public List<RetryNotice> Notices { get; } = [];

        public List<string> Labels { get; } = [];

        public int Bodies { get; private set; }

        public int Asked { get; private set; }

        public int Cancels { get; private set; }

        public async Task<LoadReceipt> LoadAsync(LoadBody? body = null)
        {
            using var client = new StreamLoadClient(Unhurried(_server.Url) with { MaxLoadAttempts = MaxAttempts }, Time, jitterSeed: 7) { OnRetry = Notices.Add };
            return await client.LoadAsync(Request(body), default).WaitAsync(Patience);
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        private async Task AnswerAsync(FakeHttpRequest request)
        {
            if (request.Path.Contains("get_load_state"))
            {
                string state = Cancels > 0 && StateAfterCancel is not null ? StateAfterCancel : States[Math.Min(Asked, States.Count - 1)];
                Asked++;
                if (state == "(down)")
                {
                    request.Reset();
                    return;
                }

                await request.ReplyAsync(200, State(state));
                return;
            }

            if (request.Path.Contains("_cancel"))
            {
                Cancels++;
                await request.ReplyAsync(200, """{"status":"OK"}""");
                return;
            }

            Send send = _sends[Math.Min(Labels.Count, _sends.Length - 1)];
            Labels.Add(Header(request, "label"));
            if (send.TakesBody)
            {
                await request.ContinueAsync();
                Bodies++;
            }

            if (send.Reply is null)
            {
                request.Reset();
                return;
            }

            await request.ReplyAsync(send.Status, send.Reply);
        }
    }
}
