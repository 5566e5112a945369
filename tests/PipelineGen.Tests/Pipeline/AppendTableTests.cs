using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Rows of an append table arrive exactly once, wherever a run ends and the next one begins.</summary>
public sealed class AppendTableTests : IAsyncLifetime
{
    private TargetUnderTest _target = null!;

    public async Task InitializeAsync() => _target = await TargetUnderTest.StartAsync();

    public async Task DisposeAsync() => await _target.DisposeAsync();

    [Fact]
    public async Task A_load_that_was_committed_before_the_position_was_written_is_not_repeated()
    {
        Run first = await Run.StartAsync(_target);
        first.Receive(Hits(100, "a", "b"), Hits(200, "c"));
        await first.LoadAsync(checkpoint: null);

        Run second = await Run.StartAsync(_target);
        Assert.Equal(new AppendMark(new Lsn(200), 1), second.Lane.Appends!.Applied);
        second.Receive(Hits(100, "a", "b"), Hits(200, "c"), Hits(300, "d"));
        await second.LoadAsync(checkpoint: 310);
        Assert.Equal(["a", "b", "c", "d"], await PagesAsync());
    }

    [Fact]
    public async Task A_load_whose_reply_was_lost_is_not_repeated()
    {
        Run first = await Run.StartAsync(_target);
        first.Receive(Hits(100, "a", "b"));
        // The announcement's reply, then the load's own.
        _target.Faults.LoseReplyAfterCommit = 2;
        await first.LoadAsync(checkpoint: 110);
        Assert.Equal(["a", "b"], await PagesAsync());
        Run second = await Run.StartAsync(_target);
        second.Receive(Hits(200, "c"));
        await second.LoadAsync(checkpoint: 210);
        Assert.Equal(["a", "b", "c"], await PagesAsync());
    }

    [Fact]
    public async Task A_load_that_was_announced_and_never_sent_is_made_again()
    {
        Run first = await Run.StartAsync(_target);
        first.Receive(Hits(100, "a"));
        await first.LoadAsync(checkpoint: 110);
        StoredAppend lost = await first.AnnounceAsync(new AppendMark(new Lsn(200), 2));

        Run second = await Run.StartAsync(_target);
        Assert.Equal(new AppendMark(new Lsn(100), 1), second.Lane.Appends!.Applied);
        // The process that announced it was only suspended, and goes on now.
        LoadOutcome late = await _target.Loads.SendAsync(
            new LoadRequest { Table = "hits", Label = lost.Intent!.Label, Body = LoadBody.FromMemory("{\"n\":1,\"page\":\"late\"}"u8.ToArray()), Columns = "n,page" }, CancellationToken.None);
        Assert.IsType<LoadOutcome.LabelFinished>(late);
        // And it ends again before it has loaded anything: the label is committed now, and not by the load.
        Run third = await Run.StartAsync(_target);
        Assert.Equal(new AppendMark(new Lsn(100), 1), third.Lane.Appends!.Applied);
        third.Receive(Hits(200, "b", "c"));
        await third.LoadAsync(checkpoint: 210);
        Assert.Equal(["a", "b", "c"], await PagesAsync());
    }

    [Fact]
    public async Task A_row_that_cannot_be_encoded_is_not_taken_for_loaded()
    {
        Run first = await Run.StartAsync(_target);
        byte[][] bad = [Wal.Begin(200, 200), AppendStream.Relation, Wal.Insert(AppliedStream.Hits, 1L, "b"), Wal.Insert(AppliedStream.Hits, new byte[] { 1 }, "torn"), Wal.Commit(200, 210)];
        first.Receive(Hits(100, "a"));
        Assert.Throws<PipelineGen.Rows.ColumnValueException>(() => first.Receive(bad));
        await first.LoadAsync(checkpoint: 110);

        // The next build can carry it.
        Run second = await Run.StartAsync(_target);
        Assert.Equal(new AppendMark(new Lsn(200), 1), second.Lane.Appends!.Applied);
        second.Receive([Wal.Begin(200, 200), AppendStream.Relation, Wal.Insert(AppliedStream.Hits, 1L, "b"), Wal.Insert(AppliedStream.Hits, 1L, "torn"), Wal.Commit(200, 210)]);
        await second.LoadAsync(checkpoint: 210);
        Assert.Equal(["a", "b", "torn"], await PagesAsync());
    }

    [Fact]
    public async Task A_load_without_a_position_behind_it_needs_no_label_to_be_remembered()
    {
        Run first = await Run.StartAsync(_target);
        first.Receive(Hits(100, "a", "b"));
        await first.LoadAsync(checkpoint: null);
        StoredAppend stored = Assert.Single((await _target.Progress.ReadAsync(CancellationToken.None)).Appends);
        Assert.Equal((new AppendMark(new Lsn(100), 2), null), (stored.Applied, stored.Intent));
    }

    [Fact]
    public async Task A_transaction_that_is_loaded_in_parts_goes_on_behind_the_part_that_is_there()
    {
        byte[][] whole = Hits(100, "a", "b", "c", "d");
        Run first = await Run.StartAsync(_target);
        first.Receive(whole[..4]); // BEGIN, RELATION and two rows
        await first.LoadAsync(checkpoint: null);
        Assert.Equal(["a", "b"], await PagesAsync());

        Run second = await Run.StartAsync(_target);
        second.Receive(whole);
        await second.LoadAsync(checkpoint: 110);
        Assert.Equal(["a", "b", "c", "d"], await PagesAsync());
    }

    [Fact]
    public async Task A_truncate_takes_what_came_before_it_and_is_not_repeated_over_what_came_after()
    {
        Run first = await Run.StartAsync(_target);
        byte[][] truncated = AppendStream.Transaction(200, Wal.Insert(AppliedStream.Hits, 1L, "b"), Wal.Truncate(AppliedStream.Hits), Wal.Insert(AppliedStream.Hits, 1L, "c"));
        first.Receive(Hits(100, "a"));
        await first.LoadAsync(checkpoint: 110);
        first.Receive(truncated);
        await first.LoadAsync(checkpoint: null);
        Assert.Equal(["c"], await PagesAsync());

        Run second = await Run.StartAsync(_target);
        second.Receive(truncated, Hits(300, "d"));
        await second.LoadAsync(checkpoint: 310);
        Assert.Equal(["c", "d"], await PagesAsync());
    }

    [Fact]
    public async Task When_the_label_of_the_announcement_is_forgotten_a_person_is_asked()
    {
        Run first = await Run.StartAsync(_target);
        await first.AnnounceAsync(new AppendMark(new Lsn(200), 2), witness: "shop_intent_forgotten");
        PreparationException error = await Assert.ThrowsAsync<PreparationException>(() => Run.StartAsync(_target));
        Assert.Contains("forgotten its label", error.Message, StringComparison.Ordinal);
        Assert.Contains("shop_hits-", error.Message, StringComparison.Ordinal);

        // Behind the position labels have no say: everything before it is in the target.
        await _target.Progress.WriteAsync(new StoredPosition(new Lsn(210), "1", new Dictionary<string, IReadOnlyList<ulong>>()), CancellationToken.None);
        Run second = await Run.StartAsync(_target);
        Assert.Equal(new AppendMark(new Lsn(200), 2), second.Lane.Appends!.Applied);
    }

    [Fact]
    public async Task A_person_may_say_that_the_load_was_never_made()
    {
        Run first = await Run.StartAsync(_target);
        await first.AnnounceAsync(new AppendMark(new Lsn(200), 2), witness: null);
        Run second = await Run.StartAsync(_target);
        Assert.Equal(default, second.Lane.Appends!.Applied);
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("DELETE")]
    public async Task A_change_that_an_append_table_cannot_follow_stops(string operation)
    {
        Run run = await Run.StartAsync(_target);
        byte[] change = operation == "UPDATE"
            ? Wal.Update(AppliedStream.Hits, 'O', [1L, "a"], [1L, "b"])
            : Wal.Delete(AppliedStream.Hits, 'O', 1L, "a");
        AppendOnlyException error = Assert.Throws<AppendOnlyException>(() => run.Receive(AppendStream.Transaction(100, change)));
        Assert.Contains($"public.hits is compiled as an append table (Model = Append), and the source had an {operation}", error.Message, StringComparison.Ordinal);
        Assert.Contains("0/64", error.Message, StringComparison.Ordinal);
    }

    private static byte[][] Hits(long commitLsn, params string[] pages) =>
        AppendStream.Transaction(commitLsn, [.. pages.Select(static page => Wal.Insert(AppliedStream.Hits, 1L, page))]);

    private async Task<string[]> PagesAsync()
    {
        SqlResult rows = await _target.Sql.QueryAsync("SELECT page FROM hits ORDER BY page", CancellationToken.None);
        return [.. rows.Rows.Select(static row => row[0]!)];
    }

    private static class AppendStream
    {
        public static byte[] Relation => Wal.Relation(AppliedStream.Hits, "public", "hits", 'f', ("n", 20, true), ("page", 25, true));

        public static byte[][] Transaction(long commitLsn, params byte[][] changes) =>
            [Wal.Begin(commitLsn, (uint)commitLsn), Relation, .. changes, Wal.Commit(commitLsn, commitLsn + 10)];
    }

    /// <summary>A process' life: it takes up what the earlier one left, receives, loads, and is gone.</summary>
    private sealed class Run
    {
        private readonly TargetUnderTest _target;
        private readonly AppliedStream _stream;
        private readonly Loader _loader;

        private Run(TargetUnderTest target, AppliedStream stream)
        {
            _target = target;
            _stream = stream;
            _loader = target.Loader(stream.State);
        }

        public TableLane Lane => _stream.Hit;

        public static async Task<Run> StartAsync(TargetUnderTest target)
        {
            StoredProgress stored = await target.Progress.ReadAsync(CancellationToken.None);
            var run = new Run(target, new AppliedStream(resumeAt: (long)(stored.Position?.Position.Value ?? 0)));
            if (stored.Position is { } position)
                run._stream.State.AdvanceDurable(position.Position);
            Recovery recovery = target.Recovery(run._stream.State);
            foreach (StoredAppend append in stored.Appends)
                await recovery.RestoreAppendAsync(run.Lane, append, CancellationToken.None);
            return run;
        }

        public void Receive(params byte[][][] transactions)
        {
            foreach (byte[][] transaction in transactions)
                _stream.Apply(transaction);
        }

        public Task LoadAsync(long? checkpoint) => _loader.RunAsync(
            new FlushCycle(
                [new FlushWork(Lane, Lane.Appends!.Received, Lane.TakeQueue())],
                checkpoint is { } lsn ? new StoredPosition(new Lsn((ulong)lsn), "1", new Dictionary<string, IReadOnlyList<ulong>>()) : null),
            CancellationToken.None);

        /// <summary>Ends between the announcement and the load.</summary>
        public Task<StoredAppend> AnnounceAsync(AppendMark to) => AnnounceAsync(to, _target.Intents.NewWitness());

        public async Task<StoredAppend> AnnounceAsync(AppendMark to, string? witness)
        {
            var append = new StoredAppend("public.hits", Lane.Appends!.Applied, new AppendIntent(Labels.OfAppend(Lane, Guid.NewGuid()), to, witness));
            await _target.Intents.AnnounceAsync(witness is null or "shop_intent_forgotten" ? _target.Intents.NewWitness() : witness, [ProgressRows.Of(append)], CancellationToken.None);
            return append;
        }
    }
}
