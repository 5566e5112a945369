using System.Text.Json;
using PipelineGen.LocalStarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Stream Load transactions over one table: calls, replies and states (STARROCKS.md, 2.1 to 2.3).</summary>
public class TransactionTests : StandInTest
{
    private const string Row = """{"id":1,"v":1}""";

    private TransactionClient _transactions = null!;

    protected override LocalStarRocksOptions Options => new() { FollowerHttpPort = 0, Version = "4.1" };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
        _transactions = new TransactionClient(Server);
    }

    [Fact]
    public async Task Two_phases_show_rows_only_after_the_commit()
    {
        JsonElement begin = (await _transactions.BeginAsync("a")).Is("OK", "");
        Assert.Equal([Server.LoadUrl.Port, Server.BackendUrl.Port], _transactions.Hops);
        long id = begin.Number("TxnId");
        Assert.Equal(("a", "shop", "t"), (begin.Text("Label"), begin.Text("Db"), begin.Text("Table")));
        Assert.True(begin.TryGetProperty("BeginTxnTimeMs", out _));

        JsonElement load = (await _transactions.LoadAsync("a", """{"id":1,"v":1}""")).Is("OK");
        Assert.Equal((id, 14L), (load.Number("TxnId"), load.Number("LoadBytes")));
        (await _transactions.LoadAsync("a", """{"id":2,"v":2} {"id":1,"v":9}""")).Is("OK");
        Assert.Equal("PREPARE", await Loads.StateAsync("a"));

        JsonElement prepare = (await _transactions.PrepareAsync("a")).Is("OK");
        Assert.Equal([Server.LoadUrl.Port, Server.BackendUrl.Port], _transactions.Hops);
        Assert.Equal((id, 3L, 3L, 0L, 0L), (prepare.Number("TxnId"), prepare.Number("NumberTotalRows"), prepare.Number("NumberLoadedRows"),
            prepare.Number("NumberFilteredRows"), prepare.Number("NumberUnselectedRows")));
        Assert.Equal("PREPARED", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());

        JsonElement commit = (await _transactions.CommitAsync("a")).Is("OK", "");
        Assert.Equal([Server.LoadUrl.Port], _transactions.Hops);
        Assert.Equal((id, "a", 4), (commit.Number("TxnId"), commit.Text("Label"), commit.EnumerateObject().Count()));
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
        Assert.Equal("1,9;2,2", await RowsAsync());
        (await _transactions.CommitAsync("a")).Is("OK", $"Transaction {id} has already committed, label is a");
        (await _transactions.RollbackAsync("a")).Is("FAILED", $"class com.starrocks.common.StarRocksException: Can not abort VISIBLE transaction {id}, label is a");
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS", "Transaction with label a not exists");
    }

    [Fact]
    public async Task One_step_commit_is_the_backends()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        JsonElement commit = (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal(Server.BackendUrl.Port, _transactions.Hops[^1]);
        Assert.Equal(1, commit.Number("NumberLoadedRows"));
        Assert.True(commit.TryGetProperty("CommitAndPublishTimeMs", out _));
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task A_follower_sends_transactions_and_label_questions_to_the_leader_first()
    {
        _transactions.Entry = Server.FollowerUrl!;
        (await _transactions.BeginAsync("a")).Is("OK");
        Assert.Equal([Server.FollowerUrl!.Port, Server.LoadUrl.Port, Server.BackendUrl.Port], _transactions.Hops);
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal([Server.FollowerUrl.Port, Server.LoadUrl.Port], _transactions.Hops);
        using HttpRequestMessage load = Loads.Request(Server.FollowerUrl, "t", Row);
        using HttpResponseMessage redirect = await Loads.Http.SendAsync(load);
        Assert.Equal(Server.BackendUrl.Port, redirect.Headers.Location!.Port);
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.FollowerUrl, "api/shop/get_load_state?label=a")) { Headers = { Authorization = LoadClient.Basic("root", "") } };
        using HttpResponseMessage answer = await Loads.Http.SendAsync(question);
        Assert.Equal(new Uri(Server.LoadUrl, "api/shop/get_load_state?label=a"), answer.Headers.Location);
    }

    [Fact]
    public async Task Put_does_what_post_does()
    {
        (await _transactions.CallAsync(HttpMethod.Put, "begin", "a", null)).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.CallAsync(HttpMethod.Put, "prepare", "a", null)).Is("OK");
        (await _transactions.CallAsync(HttpMethod.Put, "commit", "a", null)).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Rolled_back_transactions_leave_nothing_and_free_their_label()
    {
        long id = (await _transactions.BeginAsync("a")).Is("OK").Number("TxnId");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.RollbackAsync("a")).Is("OK", "");
        (await _transactions.RollbackAsync("a")).Is("OK", $"Transaction {id} has already aborted, label is a");
        (await _transactions.CommitAsync("a")).Is("FAILED", $"class com.starrocks.common.StarRocksException: Can not commit ABORTED transaction {id}, label is a");
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        (await _transactions.PrepareAsync("a")).Is("TXN_NOT_EXISTS", "transaction with label a not exists");
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        (await _transactions.RollbackAsync("a")).Is("OK", "");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Labels_are_taken_while_they_live_and_after_commit()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS");
        JsonElement plain = await Loads.LoadAsync("t", Row, ("label", "a"));
        Assert.Equal(("Label Already Exists", "RUNNING"), (plain.Text("Status"), plain.Text("ExistingJobStatus")));
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a")).Is("OK");
        Assert.Equal("RUNNING", (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS", "Label [a] has already been used.").Text("ExistingJobStatus"));
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("FINISHED", (await _transactions.BeginAsync("a")).Is("LABEL_ALREADY_EXISTS").Text("ExistingJobStatus"));
    }

    [Fact]
    public async Task Unknown_labels_are_refused_by_who_is_asked()
    {
        (await _transactions.LoadAsync("x", Row)).Is("FAILED");
        Assert.StartsWith("class com.starrocks.common.StarRocksException: Can't find the transaction with db [shop] and label[x]. The possible reasons: 1. FE leader is started or switched",
            (await _transactions.PrepareAsync("x")).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        (await _transactions.CommitAsync("x")).Is("FAILED", "class com.starrocks.common.StarRocksException: No transaction found by label x");
        (await _transactions.RollbackAsync("x")).Is("FAILED", "class com.starrocks.common.StarRocksException: No transaction found by label x");
        _transactions.Entry = Server.BackendUrl;
        (await _transactions.LoadAsync("x", Row)).Is("TXN_NOT_EXISTS");
        (await _transactions.CommitAsync("x")).Is("TXN_NOT_EXISTS", "transaction with label x not exists");
    }

    [Fact]
    public async Task Prepare_and_commit_without_a_load_fail_and_roll_back()
    {
        foreach (string label in (string[])["a", "b"])
        {
            (await _transactions.BeginAsync(label)).Is("OK");
            JsonElement reply = label == "a" ? await _transactions.PrepareAsync(label) : await _transactions.CommitAsync(label);
            Assert.Contains("hasn't send any data yet", reply.Is("INTERNAL_ERROR").Text("Message"), StringComparison.Ordinal);
            Assert.Equal("ABORTED", await Loads.StateAsync(label));
        }
    }

    [Fact]
    public async Task Every_load_call_has_the_first_ones_parameters()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("columns", "id,v"))).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("columns", "id"))).Is("INTERNAL_ERROR", "load request not equal last.");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        (await _transactions.CommitAsync("a")).Is("FAILED");
        (await _transactions.RollbackAsync("a")).Is("OK");
    }

    [Theory]
    [InlineData("""{"id":1,""", "")]
    [InlineData("[]", "")]
    [InlineData(Row, "id,id")]
    public async Task A_failed_load_call_rolls_the_transaction_back(string body, string columns)
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("columns", columns is "id,id" ? columns : ""))).Is(columns is "id,id" ? "ANALYSIS_ERROR" : "OK");
        if (columns.Length == 0)
        {
            Assert.NotEqual("OK", (await _transactions.LoadAsync("a", body)).Text("Status"));
        }

        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
        (await _transactions.CommitAsync("a")).Is("FAILED");
        (await _transactions.RollbackAsync("a")).Is("OK");
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task The_filter_ratio_is_judged_at_prepare_over_all_calls()
    {
        (await _transactions.BeginAsync("bad")).Is("OK");
        (await _transactions.LoadAsync("bad", """{"id":null,"v":1}""")).Is("OK");
        (await _transactions.LoadAsync("bad", Row)).Is("OK");
        JsonElement refused = (await _transactions.PrepareAsync("bad")).Is("INTERNAL_ERROR", "too many filtered rows");
        Assert.Contains("NULL value in non-nullable column 'id'", await Loads.Http.GetStringAsync(refused.Text("ErrorURL")), StringComparison.Ordinal);
        Assert.Equal("ABORTED", await Loads.StateAsync("bad"));

        (await _transactions.BeginAsync("good")).Is("OK");
        (await _transactions.LoadAsync("good", """{"id":null,"v":1}""", ("max_filter_ratio", "0.5"))).Is("OK");
        (await _transactions.LoadAsync("good", Row, ("max_filter_ratio", "0.5"))).Is("OK");
        Assert.Equal(1, (await _transactions.PrepareAsync("good")).Is("OK").Number("NumberFilteredRows"));
        (await _transactions.CommitAsync("good")).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Keys_that_are_too_long_fail_the_prepare_not_the_commit()
    {
        await Sql.QueryAsync("CREATE TABLE k (id VARCHAR(200), v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH(id)" + OneNode);
        (await _transactions.BeginAsync("a", ("table", "k"))).Is("OK");
        (await _transactions.LoadAsync("a", $$"""{"id":"{{new string('x', 129)}}"}""", ("table", "k"))).Is("OK");
        (await _transactions.PrepareAsync("a", ("table", "k"))).Is("INTERNAL_ERROR", "primary key size exceed the limit.");
        Assert.Equal("0", await Sql.ScalarAsync("SELECT count(*) FROM k"));
    }

    [Fact]
    public async Task Another_database_or_table_than_begun_is_refused_and_harms_nothing()
    {
        await Sql.QueryAsync("CREATE DATABASE other");
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row, ("db", "other"))).Is("INVALID_ARGUMENT", "Request database other not equal transaction database shop");
        (await _transactions.LoadAsync("a", Row, ("table", "u"))).Is("INVALID_ARGUMENT", "Request table u not equal transaction table t");
        (await _transactions.PrepareAsync("a", ("db", "other"))).Is("INVALID_ARGUMENT", "request db other transaction db shop not match");
        (await _transactions.CommitAsync("a", ("db", "other"))).Is("FAILED", "class com.starrocks.common.StarRocksException: No transaction found by label a");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
    }

    [Fact]
    public async Task What_the_frontend_does_not_understand_it_refuses()
    {
        const string Thrown = "class com.starrocks.common.StarRocksException: ";
        (await _transactions.BeginAsync("a", ("db", ""))).Is("FAILED", Thrown + "No database selected.");
        (await _transactions.BeginAsync("")).Is("FAILED", Thrown + "Empty label.");
        (await _transactions.BeginAsync("a", ("db", "nope"))).Is("FAILED", Thrown + "Database[nope] does not exist.");
        (await _transactions.CallAsync(HttpMethod.Post, "explode", "a", null)).Is("FAILED", Thrown + "Unknown transaction operation: explode");
        (await _transactions.BeginAsync("a", ("timeout", "soon"))).Is("FAILED", "class java.lang.NumberFormatException: For input string: \"soon\"");
        (await _transactions.BeginAsync("a", ("channel_num", "2"))).Is("FAILED", "class com.starrocks.common.DdlException: Must provide channel_id when stream load begin.");
        (await _transactions.BeginAsync("a", ("channel_id", "0"))).Is("FAILED", "class com.starrocks.common.DdlException: Must provide channel_num when stream load begin.");
        Assert.Contains("a stand-in, not StarRocks", (await _transactions.BeginAsync("a", ("channel_num", "2"), ("channel_id", "0"))).Is("FAILED").Text("Message"), StringComparison.Ordinal);
        (await _transactions.BeginAsync("a", ("table", "nope"))).Is("ANALYSIS_ERROR", "unknown table \"shop.nope\"");
        (await _transactions.BeginAsync("a b")).Is("ANALYSIS_ERROR", "Label format error. regex: ^[-\\w]{1,128}$, label: a b");
        Assert.Equal("UNKNOWN", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task A_call_meets_TXN_IN_PROCESSING_while_another_runs_and_the_backend_lists_it()
    {
        long id = (await _transactions.BeginAsync("a")).Is("OK").Number("TxnId");
        using (RawConnection slow = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await slow.SendAsync("PUT /api/transaction/load HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDo=\r\nExpect: 100-continue\r\nformat: json\r\ndb: shop\r\ntable: t\r\nlabel: a\r\nContent-Length: 14\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 100 Continue", await slow.ReadHeadAsync(), StringComparison.Ordinal);
            JsonElement busy = (await _transactions.LoadAsync("a", Row)).Is("TXN_IN_PROCESSING", "Transaction in processing, please retry later");
            Assert.Equal("a", busy.Text("Label"));
            (await _transactions.PrepareAsync("a")).Is("TXN_IN_PROCESSING");
            JsonElement listed = await ListAsync();
            Assert.True(listed.GetProperty("InProcessing").GetBoolean());
            await slow.SendAsync(Row);
            Assert.Contains("\"Status\": \"OK\"", await slow.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        JsonElement rests = await ListAsync();
        Assert.Equal((id, 14L, "OK", 600L), (rests.Number("TxnId"), rests.Number("LoadBytes"), rests.Text("Status"), rests.Number("TransactionTimeoutSec")));
        (await _transactions.CommitAsync("a")).Is("OK");

        async Task<JsonElement> ListAsync()
        {
            using HttpResponseMessage list = await _transactions.SendAsync(HttpMethod.Post, new Uri(Server.BackendUrl, "api/transaction/list"), "", null);
            return LoadClient.Parse(await list.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_load_call_takes_the_transaction_along()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        using (RawConnection gone = await RawConnection.OpenAsync(Server.BackendUrl.Port))
        {
            await gone.SendAsync("PUT /api/transaction/load HTTP/1.1\r\nHost: x\r\nformat: json\r\ndb: shop\r\ntable: t\r\nlabel: a\r\nContent-Length: 100\r\n\r\n{");
        }

        await UntilAsync(async () => await Loads.StateAsync("a") == "ABORTED", "ABORTED after the client left");
    }

    [Fact]
    public async Task Begin_at_the_backend_looks_at_the_credentials()
    {
        _transactions.Entry = Server.BackendUrl;
        (await _transactions.BeginAsync("a", ("Authorization", ""))).Is("INTERNAL_ERROR", "no valid Basic authorization");
        (await _transactions.BeginAsync("a", ("Authorization", "Basic !!!"))).Is("INTERNAL_ERROR", "no valid Basic authorization");
        (await _transactions.BeginAsync("a")).Is("OK");
    }

    [Fact]
    public async Task Csv_pieces_are_one_text()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", "1\t1\n2", ("format", "csv"))).Is("OK");
        (await _transactions.LoadAsync("a", "3\t4\n", ("format", "csv"))).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal("1,1;23,4", await RowsAsync());
    }

    [Fact]
    public async Task Large_bodies_wait_in_a_file_and_are_committed_whole()
    {
        const int Calls = 5, Rows = 20_000;
        string filler = new('x', 100);
        (await _transactions.BeginAsync("a")).Is("OK");
        for (int call = 0; call < Calls; call++)
        {
            string body = string.Join('\n', Enumerable.Range(call * Rows, Rows).Select(i => $$"""{"id":{{i}},"v":1,"other":"{{filler}}"}"""));
            (await _transactions.LoadAsync("a", body)).Is("OK");
        }

        (await _transactions.PrepareAsync("a")).Is("OK");
        (await _transactions.CommitAsync("a")).Is("OK");
        Assert.Equal($"{Calls * Rows}", await Sql.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Many_transactions_at_once_while_publishing_is_slow_now_and_then_are_all_there_in_the_end()
    {
        const int Writers = 6, Each = 5;
        int finished = 0;
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            using var transactions = new TransactionClient(Server);
            for (int i = 0; i < Each; i++)
            {
                string label = $"w{w}-{i}";
                (await transactions.BeginAsync(label)).Is("OK");
                (await transactions.LoadAsync(label, $$"""{"id":{{w}},"v":{{i}}}{"id":{{100 + w * Each + i}},"v":1}""")).Is("OK");
                if (i % 2 == 0)
                {
                    (await transactions.PrepareAsync(label)).Is("OK");
                }

                (await transactions.CommitAsync(label, ("timeout", "60"))).Is("OK");
                Interlocked.Increment(ref finished);
            }
        }))];
        Task toggle = Task.Run(async () =>
        {
            for (int i = 0; finished < Writers * Each && !writers.Any(w => w.IsFaulted); i++)
            {
                Server.Faults.SlowPublish = TimeSpan.FromMilliseconds(i % 3 * 5);
                await Loads.StateAsync("nobody");
            }

            Server.Faults.SlowPublish = TimeSpan.Zero;
        });
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        await toggle;
        Assert.Equal($"{Writers * Each}", await Sql.ScalarAsync("SELECT count(*) FROM t WHERE id >= 100"));
        Assert.Equal(string.Join(";", Enumerable.Range(0, Writers).Select(w => $"{w},{Each - 1}")), await RowsAsync("SELECT * FROM t WHERE id < 100 ORDER BY id"));
        Assert.All(Server.Labels.List("shop"), t => Assert.Equal(PipelineGen.LocalStarRocks.Load.LabelState.Visible, t.State));
    }
}
