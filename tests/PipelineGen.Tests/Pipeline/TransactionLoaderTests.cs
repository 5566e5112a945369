using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Tables and position move together, or not at all.</summary>
public sealed class TransactionLoaderTests : IAsyncLifetime
{
    private const ulong Start = 50;

    private TargetUnderTest _target = null!;
    private AppliedStream _stream = null!;
    private TransactionLoader _loader = null!;

    public async Task InitializeAsync()
    {
        _target = await TargetUnderTest.StartAsync(version: "4.1");
        _stream = new AppliedStream();
        _stream.State.AdvanceDurable(new Lsn(Start));
        _loader = _target.TransactionLoader(_stream.State);
    }

    public async Task DisposeAsync()
    {
        await _loader.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_and_its_position_are_one_transaction()
    {
        Receive(100, Item(1, "a"), Hit("x"), Photo(1));
        await FlushAsync(110);
        Assert.Equal(["1|a|NULL|5"], await _target.RowsAsync());
        Assert.Equal(["x"], await PagesAsync());
        Assert.Equal(new Lsn(110), (await _target.PositionAsync())!.Position);
        Assert.Equal(new Lsn(110), _stream.State.Durable);
        Assert.Equal(LabelState.Visible, await _target.Loads.GetLabelStateAsync(Labels.OfTransaction("shop", new Lsn(Start), 0), CancellationToken.None));

        Receive(200, Item(1, "b"), Hit("y"));
        await FlushAsync(210);
        Assert.Equal(["1|b|NULL|5"], await _target.RowsAsync());
        Assert.Equal(["x", "y"], await PagesAsync());
    }

    [Fact]
    public async Task Parts_of_a_large_transaction_are_seen_with_its_end_only()
    {
        byte[][] whole = AppliedTransaction(100, Item(1, "a"), Hit("x"), Item(2, "b"), Hit("y"));
        int half = whole.Length - 3;
        _stream.Apply(whole[..half]);
        await FlushAsync(null, endsInTransaction: true);
        Assert.Empty(await _target.RowsAsync());
        Assert.Empty(await PagesAsync());
        _stream.Apply(whole[half..]);
        await FlushAsync(110);
        Assert.Equal(["1|a|NULL|5", "2|b|NULL|5"], await _target.RowsAsync());
        Assert.Equal(["x", "y"], await PagesAsync());
    }

    [Fact]
    public async Task A_lost_reply_to_the_commit_doubles_nothing()
    {
        Receive(100, Item(1, "a"), Hit("x"));
        _target.Faults.LoseReplyAfterCommit = 1;
        await FlushAsync(110);
        Assert.Equal(0, _target.Faults.LoseReplyAfterCommit);
        Assert.Equal(["x"], await PagesAsync());
        Assert.Equal(new Lsn(110), _stream.State.Durable);
    }

    [Fact]
    public async Task A_refused_load_is_made_again_in_a_new_transaction()
    {
        Receive(100, Item(1, "a"), Hit("x"));
        _target.Faults.MemoryLimit = 1;
        await FlushAsync(110);
        Assert.Equal(["x"], await PagesAsync());
        Assert.Equal(LabelState.Visible, await _target.Loads.GetLabelStateAsync(Labels.OfTransaction("shop", new Lsn(Start), 1), CancellationToken.None));
    }

    [Fact]
    public async Task When_the_first_parts_are_lost_the_stream_has_to_bring_them_again()
    {
        byte[][] whole = AppliedTransaction(100, Hit("x"), Hit("y"));
        _stream.Apply(whole[..^2]);
        await FlushAsync(null, endsInTransaction: true);
        _target.ChangeLeader();
        _stream.Apply(whole[^2..]);
        await Assert.ThrowsAsync<BatchLostException>(() => FlushAsync(110));
        Assert.Empty(await PagesAsync());

        await ReconnectAsync();
        _stream.Apply(whole);
        await FlushAsync(110);
        Assert.Equal(["x", "y"], await PagesAsync());
    }

    [Fact]
    public async Task A_large_transaction_that_truncates_what_it_wrote_goes_table_by_table()
    {
        byte[][] whole = AppliedTransaction(100, Hit("gone"), Wal.Truncate(AppliedStream.Hits), Hit("x"));
        _stream.Apply(whole[..^3]);
        await FlushAsync(null, endsInTransaction: true);
        _stream.Apply(whole[^3..]);
        await Assert.ThrowsAsync<BatchLostException>(() => FlushAsync(110));
        await ReconnectAsync();
        _stream.Apply(whole);
        await FlushAsync(110);
        Assert.Equal(["x"], await PagesAsync());
        Receive(200, Hit("y"));
        await FlushAsync(210);
        Assert.Equal(["x", "y"], await PagesAsync());
        Assert.Equal(LabelState.Visible, await _target.Loads.GetLabelStateAsync(Labels.OfTransaction("shop", new Lsn(110), 0), CancellationToken.None));
    }

    [Fact]
    public async Task An_update_that_leaves_values_out_is_refused()
    {
        Receive(100, Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6));
        SourceException error = await Assert.ThrowsAsync<SourceException>(() => FlushAsync(110));
        Assert.Contains("REPLICA IDENTITY FULL", error.Message, StringComparison.Ordinal);
        Assert.Null(await _target.PositionAsync());
    }

    [Fact]
    public async Task Nothing_is_loaded_as_a_transaction_before_every_table_is_copied()
    {
        var copying = new AppliedStream(loaded: false);
        copying.State.AdvanceDurable(new Lsn(Start));
        copying.Item.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
        copying.Hit.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
        await using TransactionLoader loader = _target.TransactionLoader(copying.State);
        copying.Apply(AppliedTransaction(100, Item(1, "a")));
        await loader.RunAsync(Cycle(copying.State, 110, endsInTransaction: false), CancellationToken.None);
        Assert.Equal(["1|a|NULL|5"], await _target.RowsAsync());
        Assert.Equal(LabelState.Unknown, await _target.Loads.GetLabelStateAsync(Labels.OfTransaction("shop", new Lsn(Start), 0), CancellationToken.None));
    }

    [Fact]
    public async Task An_open_transaction_of_an_earlier_run_is_rolled_back()
    {
        await WritePositionAsync(Start);
        LoadTransaction left = await BeginAsync(Start, 0);
        await left.LoadAsync(Part("left"), CancellationToken.None);
        StoredProgress settled = await RecoverAsync();
        Assert.Equal(new Lsn(Start), settled.Position!.Position);
        Assert.Equal(LabelState.Aborted, await _target.Loads.GetLabelStateAsync(left.Label, CancellationToken.None));
        // The process that was thought dead finds nothing to commit.
        await Assert.ThrowsAsync<StarRocksLoadException>(() => left.CommitAsync(CancellationToken.None));
        Receive(100, Hit("x"));
        await FlushAsync(110);
        Assert.Equal(["x"], await PagesAsync());
    }

    [Fact]
    public async Task A_transaction_of_an_earlier_run_that_was_committed_brings_its_position()
    {
        await WritePositionAsync(Start);
        await using (LoadTransaction aborted = await BeginAsync(Start, 0))
            await aborted.LoadAsync(Part("never"), CancellationToken.None);
        LoadTransaction committed = await BeginAsync(Start, 1);
        await committed.LoadAsync(Part("y"), CancellationToken.None);
        var position = new StoredPosition(new Lsn(210), "1", new Dictionary<string, IReadOnlyList<ulong>>());
        await committed.LoadAsync(
            new TransactionPart { Table = ProgressStore.Table, Columns = ProgressStore.LoadColumns, Body = _target.Progress.Body([ProgressRows.Of(position)]) }, CancellationToken.None);
        // Committed, and not to be seen yet: the position that can be read is the old one.
        _target.Faults.SlowPublish = Timeout.InfiniteTimeSpan;
        Task committing = committed.CommitAsync(CancellationToken.None);
        while (await _target.Loads.GetLabelStateAsync(committed.Label, CancellationToken.None) != LabelState.Committed)
            await Task.Delay(10);
        Task<StoredProgress> recovering = RecoverAsync();
        await Task.Delay(50);
        Assert.False(recovering.IsCompleted);
        _target.Faults.SlowPublish = TimeSpan.Zero;
        Assert.Equal(new Lsn(210), (await recovering).Position!.Position);
        Assert.Equal(["y"], await PagesAsync());
        await committing;
    }

    private Task WritePositionAsync(ulong lsn) =>
        _target.Progress.WriteAsync(new StoredPosition(new Lsn(lsn), "1", new Dictionary<string, IReadOnlyList<ulong>>()), CancellationToken.None);

    private Task<LoadTransaction> BeginAsync(ulong position, int begun) =>
        _target.Transactions.BeginAsync(new TransactionRequest { Label = Labels.OfTransaction("shop", new Lsn(position), begun) }, CancellationToken.None);

    private static TransactionPart Part(string page) => new()
    {
        Table = "hits", Columns = "`n`,`page`", Body = LoadBody.FromMemory(System.Text.Encoding.UTF8.GetBytes($"{{\"n\":1,\"page\":\"{page}\"}}")),
    };

    private async Task<StoredProgress> RecoverAsync()
    {
        Recovery recovery = _target.Recovery(_stream.State);
        return await recovery.SettleTransactionsAsync(await _target.Progress.ReadAsync(CancellationToken.None), CancellationToken.None);
    }

    private static byte[] Item(long id, string name) => Wal.Insert(AppliedStream.Items, id, name, null, 5);

    private static byte[] Hit(string page) => Wal.Insert(AppliedStream.Hits, 1L, page);

    private static byte[] Photo(long id) => Wal.Insert(AppliedStream.Photos, id, null);

    private static byte[][] AppliedTransaction(long commitLsn, params byte[][] changes) =>
        [Wal.Begin(commitLsn, (uint)commitLsn), .. AppliedStream.Describe, Wal.Relation(AppliedStream.Hits, "public", "hits", 'f', ("n", 20, true), ("page", 25, true)), .. changes, Wal.Commit(commitLsn, commitLsn + 10)];

    private void Receive(long commitLsn, params byte[][] changes) => _stream.Apply(AppliedTransaction(commitLsn, changes));

    private Task FlushAsync(long? position, bool endsInTransaction = false) => _loader.RunAsync(Cycle(_stream.State, position, endsInTransaction), CancellationToken.None);

    private static FlushCycle Cycle(PipelineState state, long? position, bool endsInTransaction) => new(
        [.. state.Lanes.Where(static l => !l.Pending().IsEmpty).Select(static l => new FlushWork(l, l.Appends?.Received ?? default, l.TakeQueue()))],
        position is { } lsn ? new StoredPosition(new Lsn((ulong)lsn), "1", new Dictionary<string, IReadOnlyList<ulong>>()) : null,
        endsInTransaction);

    private async Task<string[]> PagesAsync()
    {
        SqlResult rows = await _target.Sql.QueryAsync("SELECT page FROM hits ORDER BY page", CancellationToken.None);
        return [.. rows.Rows.Select(static row => row[0]!)];
    }

    private async Task ReconnectAsync()
    {
        _stream = _stream.Reconnect();
        await _loader.ForgetAsync();
    }
}
