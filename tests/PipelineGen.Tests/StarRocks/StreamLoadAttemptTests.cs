using System.Collections.Concurrent;
using System.Text;
using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

/// <summary>One attempt of a load, byte by byte.</summary>
public sealed class StreamLoadAttemptTests
{
    [Fact]
    public async Task A_redirect_keeps_method_headers_authorization_and_expect()
    {
        await using var backend = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        await using var frontend = new FakeHttpServer(request => request.RedirectAsync(backend.Url));
        using var client = new StreamLoadClient(Options(frontend.Url));

        LoadOutcome outcome = await client.SendAsync(Request() with { Columns = "id,name,__op", PartialUpdate = true }, default).WaitAsync(Patience);

        var committed = Assert.IsType<LoadOutcome.Committed>(outcome);
        Assert.False(committed.VisibleLater);
        Assert.Equal(1003, committed.Figures.TxnId);
        Assert.Equal(3, committed.Figures.LoadedRows);
        Assert.Equal(TimeSpan.FromMilliseconds(154), committed.Figures.LoadTime);
        string authorization = "Basic " + Convert.ToBase64String("loader:s3cret!"u8);
        foreach (FakeHttpRequest request in frontend.Requests.Concat(backend.Requests))
        {
            Assert.Equal("PUT", request.Method);
            Assert.Equal("/api/shop/orders/_stream_load", request.Path);
            Assert.Equal(authorization, Header(request, "Authorization"));
            Assert.Equal("100-continue", Header(request, "Expect"));
            Assert.Equal("shop-orders-1", Header(request, "label"));
            Assert.Equal("json", Header(request, "format"));
            Assert.Equal("true", Header(request, "ignore_json_size"));
            Assert.Equal("0", Header(request, "max_filter_ratio"));
            Assert.Equal("true", Header(request, "strict_mode"));
            Assert.Equal("600", Header(request, "timeout"));
            Assert.Equal("id,name,__op", Header(request, "columns"));
            Assert.Equal("true", Header(request, "partial_update"));
        }

        Assert.Equal("""{"id":1}""", Assert.Single(backend.Requests).Body);
    }

    [Fact]
    public async Task Five_hops_are_followed_and_a_sixth_is_not()
    {
        Uri next = null!;
        int hops = 0;
        await using var server = new FakeHttpServer(async request =>
        {
            if (Interlocked.Decrement(ref hops) >= 0)
            {
                await request.RedirectAsync(next);
                return;
            }

            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        next = server.Url;
        using var client = new StreamLoadClient(Options(server.Url));

        hops = 5;
        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(), default).WaitAsync(Patience));
        hops = 6;
        var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(), default).WaitAsync(Patience));
        Assert.Contains("5 redirects", failed.Error.Message);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task A_body_never_leaves_when_the_answer_is_not_100(int status)
    {
        // 8 bytes: SocketsHttpHandler would send a body this small after any answer.
        var afterHead = new ConcurrentQueue<Task<int>>();
        await using var backend = new FakeHttpServer(request => request.ReplyAsync(200, Reply("Fail", "no valid Basic authorization")));
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ReplyAsync(status, status == 200 ? Reply("Fail", "Access denied for user") : "", $"Location: {backend.Url}api\r\n");
            afterHead.Enqueue(request.CountUntilClosedAsync());
            await afterHead.Last();
        });
        var body = new OnceBody("""{"id":1}""");
        using var client = new StreamLoadClient(Options(server.Url));

        foreach (LoadBody tried in new[] { body, Body("""{"id":1}""") })
        {
            var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(tried), default).WaitAsync(Patience));
            Assert.False(failed.BodyBegan);
            Assert.Equal(status == 500 ? ErrorClass.Retryable : ErrorClass.Final, failed.Error.Class);
        }

        Assert.Equal(0, body.Writes);
        foreach (Task<int> counted in afterHead)
        {
            Assert.Equal(0, await counted.WaitAsync(Patience));
        }

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Without_an_answer_the_attempt_ends_at_the_limit_and_the_body_has_not_begun()
    {
        var arrived = new TaskCompletionSource();
        await using var server = new FakeHttpServer(async request =>
        {
            arrived.SetResult();
            await request.HangAsync();
        });
        var time = new ManualTime();
        var body = new OnceBody("x");
        using var client = new StreamLoadClient(Options(server.Url), time);

        Task<LoadOutcome> sending = client.SendAsync(Request(body), default);
        await arrived.Task.WaitAsync(Patience);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var failed = Assert.IsType<LoadOutcome.Failed>(await sending.WaitAsync(Patience));
        Assert.Equal(ErrorClass.Retryable, failed.Error.Class);
        Assert.False(failed.BodyBegan);
        Assert.Equal(0, body.Writes);
        Assert.Contains("60 s", failed.Error.Message);
    }

    [Fact]
    public async Task A_body_of_unknown_length_goes_chunked_and_whole()
    {
        await using var server = new FakeHttpServer(async request =>
        {
            Assert.Equal("chunked", Header(request, "Transfer-Encoding"));
            Assert.Equal("(absent)", Header(request, "Content-Length"));
            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        string[] pieces = ["a", new string('b', 65_526), new string('c', 200_000), "d"];
        using var client = new StreamLoadClient(Options(server.Url));

        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(new OnceBody(pieces)), default).WaitAsync(Patience));
        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(new ScriptedBody((stream, _) =>
        {
            foreach (string piece in pieces)
            {
                stream.Write(Encoding.UTF8.GetBytes(piece)); // by span
            }

            return Task.CompletedTask;
        })), default).WaitAsync(Patience));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(string.Concat(pieces), request.Body));
    }

    [Fact]
    public async Task A_body_that_lies_about_its_length_is_an_error_and_sends_nothing_beyond()
    {
        await using var server = new FakeHttpServer(async request =>
        {
            await request.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await request.HangAsync();
        });
        using var client = new StreamLoadClient(Options(server.Url));
        Task WriteThree(Stream stream, CancellationToken token) => stream.WriteAsync("abc"u8.ToArray(), token).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request(new ScriptedBody(WriteThree, 2)), default).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request(new ScriptedBody(WriteThree, 4)), default).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request(new ScriptedBody((_, _) => Task.CompletedTask)), default).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_failing_body_breaks_the_load_off_without_the_end_mark()
    {
        var sent = new TaskCompletionSource<int>();
        await using var server = new FakeHttpServer(async request =>
        {
            await request.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            byte[] first = new byte[5];
            await request.ReadSomeAsync(first.Length);
            sent.SetResult(await request.CountUntilClosedAsync());
        });
        using var client = new StreamLoadClient(Options(server.Url));

        var failure = await Assert.ThrowsAsync<FormatException>(() => client.SendAsync(Request(new ScriptedBody(async (stream, token) =>
        {
            await stream.WriteAsync("ab"u8.ToArray(), token);
            await stream.FlushAsync(token);
            throw new FormatException("bad row");
        })), default).WaitAsync(Patience));

        Assert.Equal("bad row", failure.Message);
        Assert.Equal(2, await sent.Task.WaitAsync(Patience)); // "2\r\nab\r\n" and no "0\r\n\r\n"
    }

    [Fact]
    public async Task An_answer_in_mid_body_is_kept_and_ends_the_body()
    {
        await using var server = new FakeHttpServer(async request =>
        {
            await request.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await request.ReadSomeAsync(100);
            await request.ReplyAsync(200, Reply("Fail", "too many tablet versions"));
            await request.CountUntilClosedAsync();
        });
        using var client = new StreamLoadClient(Options(server.Url));
        byte[] row = new byte[10_000];

        var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(new ScriptedBody(async (stream, token) =>
        {
            while (true)
            {
                await stream.WriteAsync(row, token); // for ever, unless told
            }
        })), default).WaitAsync(Patience));

        Assert.True(failed.BodyBegan);
        Assert.Equal(ErrorClass.SlowDown, failed.Error.Class);
    }

    [Fact]
    public async Task A_reset_after_the_body_began_is_unknown_and_before_it_is_failed()
    {
        bool goOn = true;
        await using var server = new FakeHttpServer(async request =>
        {
            if (goOn)
            {
                await request.ContinueAsync();
            }

            request.Reset();
        });
        using var client = new StreamLoadClient(Options(server.Url));

        var unknown = Assert.IsType<LoadOutcome.Unknown>(await client.SendAsync(Request(), default).WaitAsync(Patience));
        Assert.True(unknown.BodyBegan);
        goOn = false;
        var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(), default).WaitAsync(Patience));
        Assert.False(failed.BodyBegan);
        Assert.Equal(ErrorClass.Retryable, failed.Error.Class);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Status\": \"Succ")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n{\"Status\": \"Succ")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\n{\"Status\"")]
    [InlineData("HTTP/1.1 2")]
    [InlineData("")]
    public async Task A_torn_reply_after_the_body_is_unknown(string reply)
    {
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.SendAsync(reply);
        });
        using var client = new StreamLoadClient(Options(server.Url));

        Assert.IsType<LoadOutcome.Unknown>(await client.SendAsync(Request(), default).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_chunked_reply_is_read()
    {
        string json = Reply("Success");
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{json[..5]}\r\n{json.Length - 5:x};ext=1\r\n{json[5..]}\r\n0\r\n\r\n");
        });
        using var client = new StreamLoadClient(Options(server.Url));

        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(), default).WaitAsync(Patience));
    }

    [Fact]
    public async Task Every_status_has_its_outcome()
    {
        string reply = "";
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, reply);
        });
        using var client = new StreamLoadClient(Options(server.Url));
        async Task<LoadOutcome> Outcome(string text)
        {
            reply = text;
            return await client.SendAsync(Request(), default).WaitAsync(Patience);
        }

        Assert.False(Assert.IsType<LoadOutcome.Committed>(await Outcome(Reply("Success"))).VisibleLater);
        Assert.True(Assert.IsType<LoadOutcome.Committed>(await Outcome(Reply("Publish Timeout", "Publish timeout. The data will be visible after a while, x"))).VisibleLater);
        Assert.IsType<LoadOutcome.LabelFinished>(await Outcome(Reply("Label Already Exists", "Label [x] has already been used.", "\n\"ExistingJobStatus\": \"FINISHED\",")));
        Assert.IsType<LoadOutcome.LabelRunning>(await Outcome(Reply("Label Already Exists", "Label [x] has already been used.", "\n\"ExistingJobStatus\": \"RUNNING\",")));
        Assert.Equal(ErrorClass.CheckState, Assert.IsType<LoadOutcome.Failed>(await Outcome(Reply("Label Already Exists"))).Error.Class);
        var unlisted = Assert.IsType<LoadOutcome.Failed>(await Outcome(Reply("Fail", "something new")));
        Assert.False(unlisted.Error.IsListed);
        Assert.Equal("something new", unlisted.Error.Message);
        Assert.Equal(ErrorClass.Retryable, Assert.IsType<LoadOutcome.Failed>(await Outcome("""{"Status":"FAILED","Message":"class com.starrocks.common.DdlException: No backend alive."}""")).Error.Class);
        Assert.IsType<LoadOutcome.Unknown>(await Outcome("<html>"));
    }

    [Fact]
    public async Task A_wrong_password_is_final_and_not_shown()
    {
        await using var server = new FakeHttpServer(request => request.ReplyAsync(401, """{"status":"FAILED","code":"1","msg":"Access denied for loader@127.0.0.1","message":"Access denied for loader@127.0.0.1"}""", "WWW-Authenticate: Basic realm=\"\"\r\n"));
        using var client = new StreamLoadClient(Options(server.Url));

        var denied = await Assert.ThrowsAsync<StarRocksLoadException>(() => client.LoadAsync(Request(), default).WaitAsync(Patience));

        Assert.Equal(ErrorClass.Final, denied.Class);
        Assert.Contains("Access denied for loader", denied.Message);
        Assert.DoesNotContain("s3cret", denied.ToString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Filtered_rows_are_explained_from_the_error_url_without_credentials()
    {
        await using var reasons = new FakeHttpServer(request => request.ReplyAsync(200, "Error: NULL value in non-nullable column 'name'. Row: {\"id\":1}\n\nError: second\nError: third\nError: fourth\n"));
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Fail", "too many filtered rows", $"\n\"ErrorURL\": \"{reasons.Url}api/_load_error_log?file=x\","));
        });
        using var client = new StreamLoadClient(Options(server.Url));

        var filtered = await Assert.ThrowsAsync<StarRocksLoadException>(() => client.LoadAsync(Request(), default).WaitAsync(Patience));

        Assert.Equal(ErrorClass.NeedsDecision, filtered.Class);
        Assert.Contains("orders", filtered.Message);
        Assert.Contains("NULL value in non-nullable column 'name'", filtered.Message);
        Assert.Contains("third", filtered.Message);
        Assert.DoesNotContain("fourth", filtered.Message);
        Assert.Equal(["name", null, null], filtered.Error!.FilteredRows.Select(row => row.Column));
        Assert.Equal("orders", filtered.Table);
        Assert.Equal("(absent)", Header(Assert.Single(reasons.Requests), "Authorization"));
        Assert.Equal("/api/_load_error_log?file=x", reasons.Requests.Single().Path);
    }

    [Fact]
    public async Task A_dead_frontend_is_passed_over_and_the_last_good_one_remembered()
    {
        int deadTries = 0;
        await using var dying = new FakeHttpServer(request =>
        {
            Interlocked.Increment(ref deadTries);
            request.Reset();
            return Task.CompletedTask;
        });
        await using var good = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            await request.ReplyAsync(200, Reply("Success"));
        });
        using var client = new StreamLoadClient(Options(FakeHttpServer.Nobody(), dying.Url, good.Url));

        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(), default).WaitAsync(Patience));
        Assert.IsType<LoadOutcome.Committed>(await client.SendAsync(Request(), default).WaitAsync(Patience));

        Assert.Equal(1, deadTries);
        Assert.Equal(2, good.Requests.Count);
    }

    [Fact]
    public async Task Nobody_listening_is_retryable_and_names_every_address()
    {
        Uri first = FakeHttpServer.Nobody();
        Uri second = FakeHttpServer.Nobody();
        using var client = new StreamLoadClient(Options(first, second));

        var failed = Assert.IsType<LoadOutcome.Failed>(await client.SendAsync(Request(), default).WaitAsync(Patience));

        Assert.Equal(ErrorClass.Retryable, failed.Error.Class);
        Assert.Contains(first.Authority, failed.Error.Message);
        Assert.Contains(second.Authority, failed.Error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ü")]
    public async Task A_label_that_StarRocks_would_refuse_is_refused_here(string label)
    {
        using var client = new StreamLoadClient(Options(FakeHttpServer.Nobody()));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Request() with { Label = label }, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Request() with { Columns = "a\r\nx: y" }, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Request(Body("")), default));
    }

    [Fact]
    public async Task Cancelling_breaks_off()
    {
        var arrived = new TaskCompletionSource();
        await using var server = new FakeHttpServer(async request =>
        {
            await request.ContinueAsync();
            arrived.SetResult();
            await request.HangAsync();
        });
        using var client = new StreamLoadClient(Options(server.Url));
        using var stop = new CancellationTokenSource();

        Task<LoadOutcome> sending = client.SendAsync(Request(), stop.Token);
        await arrived.Task.WaitAsync(Patience);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience));
    }
}
