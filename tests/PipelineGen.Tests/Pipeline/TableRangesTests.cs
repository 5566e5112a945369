using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>The rules of POSTGRES.md, section 2, for a table of several ranges: (..., 100], (100, 200], (200, ...].</summary>
public class TableRangesTests
{
    /// <summary>Sees everything below 10.</summary>
    private static readonly TransactionSnapshot Early = TransactionSnapshot.Parse("10:10:", isRecovery: false);

    /// <summary>Sees everything below 30.</summary>
    private static readonly TransactionSnapshot Late = TransactionSnapshot.Parse("30:30:", isRecovery: false);

    private readonly AppliedStream _stream = new(loaded: false);

    public TableRangesTests()
    {
        Cut("100");
        Cut("200");
    }

    private TableLane Lane => _stream.Item;

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(100, 0)]
    [InlineData(101, 1)]
    [InlineData(200, 1)]
    [InlineData(201, 2)]
    [InlineData(long.MaxValue, 2)]
    public void A_row_goes_where_its_key_lies(long id, int range)
    {
        Lane.CompleteChunk(Lane.Ranges[range], Early, new Lsn(1));
        Apply(50, 40, Insert(id));
        Assert.Equal(1, Lane.Counters.Inserts);
    }

    [Fact]
    public void What_the_snapshots_of_its_range_saw_is_dropped_and_the_rest_is_not()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        Lane.CompleteChunk(Lane.Ranges[1], Late, new Lsn(1000));
        Apply(50, 20, Insert(1), Insert(150), Insert(250));
        Assert.Equal([Row(1)], Rows());
        Assert.Equal([20ul], Lane.DroppedTransactions);
    }

    [Fact]
    public void A_key_that_moves_between_ranges_is_decided_for_each_of_them()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        // From an unread range into a loaded one: an insert. From a loaded one into an unread one: a delete.
        Apply(50, 20, Move(300, 1), Move(2, 301));
        Assert.Equal([Row(1), Deleted(2)], Rows());
        Assert.Equal([20ul], Lane.DroppedTransactions);
        // Between ranges of which neither takes it: nothing.
        Apply(60, 21, Move(150, 301));
        Assert.Equal(2, Rows().Length);
    }

    [Fact]
    public void A_key_that_moves_into_a_loaded_range_with_an_unchanged_value_asks_the_source()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        Assert.Equal(ApplyStop.PointRead, _stream.Apply(AppliedStream.Transaction(50, 20, Wal.Update(AppliedStream.Items, 'K', [300L, null, null, null], [1L, "n", Wal.Unchanged, 5]))));
        // Into an unread one nothing is asked: a chunk will bring it.
        var other = new AppliedStream(loaded: false);
        Assert.Equal(ApplyStop.BatchEnd, other.Apply(AppliedStream.Transaction(50, 20, Wal.Update(AppliedStream.Items, 'K', [300L, null, null, null], [1L, "n", Wal.Unchanged, 5]))));
    }

    [Fact]
    public void Ranges_in_flight_hold_the_position_before_the_first_transaction_that_waits_behind_any()
    {
        Begin(0, Early);
        Begin(1, Early);
        Lane.CompleteChunk(Lane.Ranges[2], Early, new Lsn(1));
        Apply(100, 20, Insert(250));
        Assert.Null(Lane.HeldAt);
        Apply(200, 21, Insert(1));
        Apply(300, 22, Insert(150));
        Assert.Equal(new Lsn(110), Lane.HeldAt);
        Assert.Equal([Row(250)], Rows());

        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        Assert.Equal(new Lsn(210), Lane.HeldAt);
        Assert.Equal([Row(250), Row(1)], Rows());
        Lane.AbandonChunk(Lane.Ranges[1]);
        Assert.Null(Lane.HeldAt);
        Assert.Equal([Row(250), Row(1)], Rows());
        Assert.Equal([22ul], Lane.DroppedTransactions);
    }

    [Fact]
    public void A_chunk_of_one_range_must_see_what_was_dropped_for_another()
    {
        Apply(50, 20, Insert(250));
        Assert.False(Lane.TryBeginChunk(Lane.Ranges[0], Early, new Lsn(1000), Lane.Prunings));
        Assert.True(Lane.TryBeginChunk(Lane.Ranges[0], Late, new Lsn(1000), Lane.Prunings));
    }

    [Fact]
    public void A_range_that_is_cut_in_the_middle_of_a_transaction_goes_on_dropping_it()
    {
        using WalBatch batch = Wal.Batch([Wal.Begin(50, 20), .. AppliedStream.Describe, Insert(300)]);
        int next = 0;
        _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false);
        Cut("400");
        Begin(2, Late);
        // Late sees 20; by its fence alone the change would be applied.
        _stream.Apply(Insert(301), Wal.Commit(50, 60));
        Assert.Equal(0, Lane.Counters.Inserts);
    }

    [Fact]
    public void When_all_ranges_are_loaded_and_passed_the_key_is_not_looked_at()
    {
        foreach (TableRange range in Lane.Ranges)
            Lane.CompleteChunk(range, Late, new Lsn(100));
        Assert.True(Lane.IsCopied);
        Apply(90, 20, Insert(1));
        Assert.Empty(Rows());
        Apply(100, 20, Insert(1));
        Assert.Equal([Row(1)], Rows());
        Lane.Settle();
        Assert.Single(Lane.Ranges);
        Apply(200, 3, Insert(150));
        Assert.Equal([Row(1), Row(150)], Rows());
    }

    [Fact]
    public void A_truncate_that_no_range_saw_empties_the_table_and_no_chunk_begins_until_it_has()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        Apply(50, 20, Insert(1), Wal.Truncate(AppliedStream.Items));
        Assert.Equal(["TRUNCATE"], AppliedStream.Waiting(Lane));
        Assert.Equal([20ul], Lane.DroppedTransactions);
        Assert.False(Lane.TryBeginChunk(Lane.Ranges[1], Late, new Lsn(1000), Lane.Prunings));
        using (LoadQueue taken = Lane.TakeQueue())
            Assert.False(Lane.TryBeginChunk(Lane.Ranges[1], Late, new Lsn(1000), Lane.Prunings));
        Lane.Returned(hadTruncate: true);
        Assert.True(Lane.TryBeginChunk(Lane.Ranges[1], Late, new Lsn(1000), Lane.Prunings));
    }

    [Fact]
    public void A_truncate_between_the_snapshots_of_two_ranges_has_the_table_copied_again()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1000));
        Lane.CompleteChunk(Lane.Ranges[1], Late, new Lsn(1000));
        byte[][] transaction = AppliedStream.Transaction(50, 20, Insert(1), Wal.Truncate(AppliedStream.Items), Insert(2));
        using WalBatch batch = Wal.Batch(transaction);
        int next = 0;
        Assert.Equal(ApplyStop.TableBusy, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.True(Lane.Copy.IsRestartWanted);
        Assert.False(Lane.TryBeginChunk(Lane.Ranges[2], Late, new Lsn(1000), Lane.Prunings));

        Lane.Restart();
        Lane.Copy.IsRestartWanted = false;
        Assert.Equal(ApplyStop.BatchEnd, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.Empty(Rows());
        Assert.Equal([20ul], Lane.DroppedTransactions);
        Assert.Equal(21ul, Lane.NotBefore);
    }

    [Fact]
    public void A_truncate_that_every_range_saw_is_dropped_and_one_in_flight_is_waited_for()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Late, new Lsn(1000));
        Begin(1, Late);
        Apply(50, 20, Wal.Truncate(AppliedStream.Items));
        Assert.Empty(Rows());

        byte[][] transaction = AppliedStream.Transaction(60, 40, Wal.Truncate(AppliedStream.Items));
        using WalBatch batch = Wal.Batch(transaction);
        int next = 0;
        Assert.Equal(ApplyStop.TableBusy, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.False(Lane.Copy.IsRestartWanted);
        Lane.CompleteChunk(Lane.Ranges[1], Late, new Lsn(1000));
        Assert.Equal(ApplyStop.BatchEnd, _stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false));
        Assert.Equal(["TRUNCATE"], AppliedStream.Waiting(Lane));
        Assert.False(Lane.Copy.IsHeld);
    }

    [Fact]
    public void What_waited_behind_a_chunk_and_what_waited_elsewhere_become_one_queue()
    {
        Lane.CompleteChunk(Lane.Ranges[0], Early, new Lsn(1));
        Begin(1, Early);
        // Partial rows on both sides, some of which are overtaken behind the chunk.
        Apply(100, 20, Partial(1, "a"), Partial(150, "b"), Partial(151, "c"), Insert(2), Insert(152), Insert(151), Partial(152, "d"));
        Lane.CompleteChunk(Lane.Ranges[1], Early, new Lsn(1));
        Apply(200, 21, Insert(150), Partial(1, "e"));
        string[] waiting = AppliedStream.Waiting(Lane);
        Assert.Equal([Row(2), Row(152), Row(151), Row(150)], waiting.Where(static r => r.Contains("body", StringComparison.Ordinal) && r.StartsWith('{')));
        Assert.Equal(
            ["""{"id":152,"name":"d","size":5,"__op":0}""", """{"id":1,"name":"e","size":5,"__op":0}"""],
            waiting.Where(static r => !r.Contains("body", StringComparison.Ordinal) && r.StartsWith('{')));
    }

    [Fact]
    public void Stored_ranges_leave_unread_what_lies_between_them()
    {
        var map = new RangeMap();
        KeyRange[] stored = [new(["200"], ["300"]), new(null, ["100"])];
        IReadOnlyList<TableRange> restored = map.Restore(stored, Lane.Keys!.Encode);
        Assert.Equal(["keys (..., 100]", "keys (100, 200]", "keys (200, 300]", "keys (300, ...]"], map.Select(static r => r.Keys.ToString()));
        Assert.Same(map[2], restored[0]);
        Assert.Same(map[0], restored[1]);
        Assert.Throws<InvalidDataException>(() => map.Restore([new(null, ["100"]), new(["50"], null)], Lane.Keys.Encode));
        map.Restore([new(["7"], null), new(null, ["7"])], Lane.Keys.Encode);
        Assert.Equal(2, map.Count);
    }

    [Fact]
    public void A_boundary_outside_its_range_is_an_error()
    {
        TableRange middle = Lane.Ranges[1];
        Assert.Throws<InvalidDataException>(() => Lane.Ranges.Cut(middle, ["100"], Lane.Keys!.Encode(["100"])));
        Assert.Throws<InvalidDataException>(() => Lane.Ranges.Cut(middle, ["200"], Lane.Keys!.Encode(["200"])));
    }

    private void Cut(string key) => Lane.Ranges.Cut(Lane.Ranges[^1], [key], Lane.Keys!.Encode([key]));

    private void Begin(int range, TransactionSnapshot snapshot) => Assert.True(Lane.TryBeginChunk(Lane.Ranges[range], snapshot, new Lsn(1000), Lane.Prunings));

    private void Apply(long commitLsn, uint xid, params byte[][] changes) =>
        Assert.Equal(ApplyStop.BatchEnd, _stream.Apply(AppliedStream.Transaction(commitLsn, xid, changes)));

    private string[] Rows() => [.. AppliedStream.Waiting(Lane).Where(static row => row.StartsWith('{'))];

    private static byte[] Insert(long id) => Wal.Insert(AppliedStream.Items, id, "n", null, 5);

    private static byte[] Partial(long id, string name) => Wal.Update(AppliedStream.Items, id, name, Wal.Unchanged, 5);

    private static byte[] Move(long from, long to) => Wal.Update(AppliedStream.Items, 'K', [from, null, null, null], [to, "n", null, 5]);

    private static string Row(long id) => $$"""{"id":{{id}},"name":"n","body":null,"size":5,"__op":0}""";

    private static string Deleted(long id) => $$"""{"id":{{id}},"name":"","__op":1}""";
}
