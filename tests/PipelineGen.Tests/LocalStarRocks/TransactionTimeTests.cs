using System.Text.Json;
using PipelineGen.LocalStarRocks;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Timeouts, slow publishing and forgetting, by a clock that only the test moves (STARROCKS.md, 1.5, 2.4).</summary>
public sealed class TransactionTimeTests : StandInTest
{
    private const string Row = """{"id":1,"v":1}""";

    private readonly ManualTime _time = new();
    private TransactionClient _transactions = null!;

    protected override LocalStarRocksOptions Options => new() { TimeProvider = _time, Version = "3.5", MaxRunningTransactions = 5 };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateAsync("id INT, v INT");
        _transactions = new TransactionClient(Server);
    }

    [Fact]
    public async Task Prepare_ends_after_its_timeout()
    {
        (await _transactions.BeginAsync("a", ("timeout", "100"))).Is("OK");
        (await _transactions.BeginAsync("standard")).Is("OK");
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal("PREPARE", await Loads.StateAsync("a"));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(("ABORTED", "timeout by txn manager"), await StateAndReasonAsync("a"));
        (await _transactions.LoadAsync("a", Row)).Is("TXN_NOT_EXISTS");
        (await _transactions.BeginAsync("a")).Is("OK");
        Assert.Equal("PREPARE", await Loads.StateAsync("standard"));
        _time.Advance(TimeSpan.FromSeconds(500));
        Assert.Equal("ABORTED", await Loads.StateAsync("standard"));
    }

    [Fact]
    public async Task Idle_transactions_end_between_calls()
    {
        (await _transactions.BeginAsync("a", ("idle_transaction_timeout", "60"))).Is("OK");
        _time.Advance(TimeSpan.FromSeconds(50));
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal("PREPARE", await Loads.StateAsync("a"));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(("ABORTED", "transaction is aborted by idle timeout 60 seconds."), await StateAndReasonAsync("a"));
        (await _transactions.PrepareAsync("a")).Is("TXN_NOT_EXISTS");
    }

    [Fact]
    public async Task Prepared_outlives_the_timeout_of_its_begin_and_ends_after_a_day()
    {
        await PrepareAsync("a", ("timeout", "100"));
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal("PREPARED", await Loads.StateAsync("a"));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(("ABORTED", "timeout by txn manager"), await StateAndReasonAsync("a"));
        (await _transactions.CommitAsync("a")).Is("FAILED");
        // The first connection has idled past its wait_timeout.
        await using SqlWire sql = await SqlWire.ConnectAsync(Server, database: "shop");
        Assert.Equal("0", await sql.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Prepared_timeout_is_the_clients()
    {
        (await _transactions.BeginAsync("a")).Is("OK");
        (await _transactions.LoadAsync("a", Row)).Is("OK");
        (await _transactions.PrepareAsync("a", ("prepared_timeout", "0"))).Is("INVALID_ARGUMENT", "Invalid prepared_timeout: 0");
        (await _transactions.PrepareAsync("a", ("prepared_timeout", "100"))).Is("OK");
        _time.Advance(TimeSpan.FromSeconds(101));
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task Slow_publishing_is_COMMITTED_and_unseen_until_it_is_VISIBLE()
    {
        Server.Faults.SlowPublish = TimeSpan.FromSeconds(30);
        await PrepareAsync("a");
        Task<JsonElement> commit = _transactions.CommitAsync("a", ("timeout", "259200"));
        await UntilAsync(async () => await Loads.StateAsync("a") == "COMMITTED", "COMMITTED");
        Assert.Equal("", await RowsAsync());
        Assert.False(commit.IsCompleted);
        await AdvanceUntilAsync(TimeSpan.FromSeconds(30), commit);
        (await commit).Is("OK");
        Assert.Equal("1,1", await RowsAsync());
        Assert.Equal("VISIBLE", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task A_commit_waits_twenty_seconds_for_its_publishing_and_is_committed_nevertheless()
    {
        Server.Faults.SlowPublish = Timeout.InfiniteTimeSpan;
        long id = await PrepareAsync("a");
        Task<JsonElement> commit = _transactions.CommitAsync("a");
        await UntilAsync(async () => await Loads.StateAsync("a") == "COMMITTED", "COMMITTED");
        await AdvanceUntilAsync(TimeSpan.FromSeconds(21), commit);
        (await commit).Is("FAILED", $"class com.starrocks.common.StarRocksException: publish timeout: 20000, transactionId={id}");
        (await _transactions.CommitAsync("a")).Is("OK", $"Transaction {id} has already committed, label is a");
        (await _transactions.RollbackAsync("a")).Is("FAILED", $"class com.starrocks.common.StarRocksException: Can not abort COMMITTED transaction {id}, label is a");
        Server.Faults.SlowPublish = TimeSpan.Zero;
        await UntilAsync(async () => await Loads.StateAsync("a") == "VISIBLE", "VISIBLE");
        Assert.Equal("1,1", await RowsAsync());
    }

    [Fact]
    public async Task Plain_loads_publish_slowly_in_the_order_of_their_commits()
    {
        Server.Faults.SlowPublish = Timeout.InfiniteTimeSpan;
        Task<JsonElement> first = Loads.LoadAsync("t", """{"id":1,"v":1}""", ("label", "first"), ("timeout", "259200"));
        await UntilAsync(async () => await Loads.StateAsync("first") == "COMMITTED", "COMMITTED");
        Task<JsonElement> second = Loads.LoadAsync("t", """{"id":1,"v":2}""", ("label", "second"), ("timeout", "10"));
        await UntilAsync(async () => await Loads.StateAsync("second") == "COMMITTED", "COMMITTED");
        await AdvanceUntilAsync(TimeSpan.FromSeconds(11), second);
        (await second).Is("Publish Timeout");
        Assert.Equal("", await RowsAsync());
        Server.Faults.SlowPublish = TimeSpan.Zero;
        (await first).Is("Success");
        await UntilAsync(async () => await Loads.StateAsync("second") == "VISIBLE", "VISIBLE");
        Assert.Equal("1,2", await RowsAsync());
    }

    [Fact]
    public async Task A_slow_load_that_is_refused_is_refused_before_it_is_committed()
    {
        Server.Faults.SlowPublish = Timeout.InfiniteTimeSpan;
        Assert.Equal("too many filtered rows", await FailAsync("""{"id":null}""", ("label", "a")));
        Assert.Equal("ABORTED", await Loads.StateAsync("a"));
    }

    [Fact]
    public async Task Running_transactions_are_limited_per_database()
    {
        for (int i = 0; i < 5; i++)
        {
            (await _transactions.BeginAsync($"t{i}", ("timeout", $"{(i == 0 ? 60 : 600)}"))).Is("OK");
        }

        Assert.Matches("^current running txns on db [0-9]+ is 5, larger than limit 5$", await FailAsync(Row));
        Assert.Matches("^current running txns on db ", (await _transactions.BeginAsync("more")).Is("ANALYSIS_ERROR").Text("Message"));
        _time.Advance(TimeSpan.FromSeconds(61));
        await LoadAsync(Row);
    }

    [Fact]
    public async Task Finished_labels_are_forgotten_after_three_days_at_the_four_hourly_cleaning()
    {
        await LoadAsync(Row, ("label", "old"));
        await PrepareAsync("prepared", ("table", "t"));
        _time.Advance(TimeSpan.FromHours(71));
        await LoadAsync("""{"id":2,"v":2}""", ("label", "young"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("old"));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal("UNKNOWN", await Loads.StateAsync("old"));
        Assert.Equal("VISIBLE", await Loads.StateAsync("young"));
        await LoadAsync("""{"id":3,"v":3}""", ("label", "old"));
    }

    [Fact]
    public async Task Finished_labels_beyond_the_newest_thousand_are_forgotten_and_stay_forgotten_after_a_restart()
    {
        string file = Path.Combine(Path.GetTempPath(), $"standin-{Guid.NewGuid():N}.db");
        try
        {
            const int More = 30;
            long next;
            using (var store = new PipelineGen.LocalStarRocks.Storage.SqliteStore(file))
            {
                var labels = new LabelRegistry(store, _time);
                for (int i = 0; i < 1000 + More; i++)
                {
                    await FinishAsync(store, labels, "shop", $"l{i}");
                    _time.Advance(TimeSpan.FromSeconds(1));
                }

                await FinishAsync(store, labels, "other", "l0");
                Assert.True(labels.TryBegin("shop", "open", out _));
                Assert.NotNull(labels.Find("shop", "l0"));
                _time.Advance(TimeSpan.FromHours(4));
                Check(labels);
                Assert.Equal(LabelState.Aborted, labels.Find("shop", "open")?.State);
                await labels.FlushAsync();
                next = labels.NextId;
            }

            using var again = new PipelineGen.LocalStarRocks.Storage.SqliteStore(file);
            var after = new LabelRegistry(again, _time);
            Check(after);
            Assert.Equal(next, after.NextId);
            Assert.False(after.TryBegin("shop", "l1029", out LoadTransaction held));
            Assert.Equal(LabelState.Visible, held.State);
            Assert.Equal(7, held.Counts.Loaded);

            void Check(LabelRegistry labels)
            {
                Assert.Null(labels.Find("shop", "l0"));
                // The open one timed out before the cleaning, and is the newest.
                Assert.Null(labels.Find("shop", $"l{More}"));
                Assert.Equal(LabelState.Visible, labels.Find("shop", $"l{More + 1}")?.State);
                Assert.Equal(LabelState.Visible, labels.Find("other", "l0")?.State);
            }
        }
        finally
        {
            foreach (string suffix in (string[])["", "-wal", "-shm"])
            {
                File.Delete(file + suffix);
            }
        }
    }

    private static async Task FinishAsync(PipelineGen.LocalStarRocks.Storage.SqliteStore store, LabelRegistry labels, string database, string label)
    {
        Assert.True(labels.TryBegin(database, label, out LoadTransaction transaction));
        labels.SetCounts(transaction, new LoadCounts(7, 7, 0, 0, 70), null);
        Assert.True(labels.TryCommit(transaction));
        await store.WriteAsync(db =>
        {
            labels.Save(db, transaction, LabelState.Visible);
            return true;
        }, CancellationToken.None);
        labels.Publish(transaction);
    }

    private async Task<long> PrepareAsync(string label, params (string, string)[] headers)
    {
        long id = (await _transactions.BeginAsync(label, headers)).Is("OK").Number("TxnId");
        (await _transactions.LoadAsync(label, Row)).Is("OK");
        (await _transactions.PrepareAsync(label)).Is("OK");
        return id;
    }

    // The wait that the clock is to end begins some time after the state is seen.
    private Task AdvanceUntilAsync(TimeSpan by, Task done) => UntilAsync(
        async () =>
        {
            _time.Advance(by);
            await Loads.StateAsync("nobody");
            return done.IsCompleted;
        },
        "an answer when the time is over");

    private async Task<(string State, string Reason)> StateAndReasonAsync(string label)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.LoadUrl, $"api/shop/get_load_state?label={label}"));
        request.Headers.Authorization = LoadClient.Basic(Server.User, Server.Password);
        using HttpResponseMessage reply = await Loads.Http.SendAsync(request);
        JsonElement json = LoadClient.Parse(await reply.Content.ReadAsStringAsync());
        return (json.Text("state"), json.Text("reason"));
    }
}
