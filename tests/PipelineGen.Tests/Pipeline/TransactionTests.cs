using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>Transactions as a whole: their ends, the checkpoint, the limits of memory, and streams that break the protocol.</summary>
public class TransactionTests
{
    [Fact]
    public void Only_the_end_of_a_transaction_moves_the_position()
    {
        var stream = new AppliedStream(resumeAt: 50);
        Assert.Equal(new Lsn(50), stream.Applier.TransactionEnd);
        stream.Apply([Wal.Begin(100, 5), .. AppliedStream.Describe, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)]);
        Assert.True(stream.Applier.InTransaction);
        Assert.Equal(new Lsn(50), stream.Applier.TransactionEnd);
        stream.Apply(Wal.Commit(100, 148));
        Assert.False(stream.Applier.InTransaction);
        Assert.Equal(new Lsn(148), stream.Applier.TransactionEnd);
        Assert.Equal(1, stream.State.TransactionsApplied);
    }

    [Fact]
    public void Transactions_that_ended_before_the_checkpoint_are_skipped_and_their_relations_are_not()
    {
        var stream = new AppliedStream(resumeAt: 110);
        stream.Apply(AppliedStream.Transaction(100, 5, Wal.Insert(AppliedStream.Items, 1L, "old", null, null), Wal.Truncate(AppliedStream.Items), Wal.Delete(AppliedStream.Items, 'K', 2L, null, null, null)));
        Assert.True(stream.Item.Pending().IsEmpty);
        Assert.Equal((new Lsn(110), 0L), (stream.Applier.TransactionEnd, stream.State.TransactionsApplied));
        Assert.Equal(2, stream.Bound.Count);
        // Its commit record begins where the checkpoint ends.
        stream.Apply(Wal.Begin(110, 6), Wal.Insert(AppliedStream.Items, 3L, "new", null, null), Wal.Commit(110, 120));
        Assert.Equal("""{"id":3,"name":"new","body":null,"size":null,"__op":0}""", AppliedStream.Waiting(stream.Item)[^1]);
        Assert.Equal(new Lsn(120), stream.Applier.TransactionEnd);
    }

    [Fact]
    public void A_skipped_transaction_is_in_no_set_of_dropped_ones()
    {
        var stream = new AppliedStream(resumeAt: 110, loaded: false);
        stream.Apply(AppliedStream.Transaction(100, 5, Wal.Insert(AppliedStream.Items, 1L, "old", null, null)));
        Assert.Empty(stream.Item.DroppedTransactions);
        stream.Apply(Wal.Begin(115, 6), Wal.Insert(AppliedStream.Items, 1L, "new", null, null), Wal.Commit(115, 120));
        Assert.Equal([6ul], stream.Item.DroppedTransactions);
        Assert.True(stream.Item.Pending().IsEmpty);
    }

    [Fact]
    public void Ids_are_widened_before_they_are_decided()
    {
        PipelineState state = AppliedStream.NewState();
        var applier = new ChangeApplier(state, 1L << 30, new XidEpoch((1UL << 32) + 3), Lsn.Zero, 0, static _ => { });
        using WalBatch batch = Wal.Batch(AppliedStream.Transaction(100, uint.MaxValue, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)));
        int next = 0;
        applier.Apply(batch, ref next, false);
        Assert.Equal([(ulong)uint.MaxValue], state.Lanes[0].DroppedTransactions);
        using WalBatch wrapped = Wal.Batch(AppliedStream.Transaction(200, 4, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)));
        next = 0;
        applier.Apply(wrapped, ref next, false);
        Assert.Equal((ulong[])[uint.MaxValue, (1UL << 32) + 4], state.Lanes[0].DroppedTransactions.Order());
    }

    [Fact]
    public void A_transaction_that_does_not_touch_a_table_is_not_in_its_set()
    {
        var stream = new AppliedStream(loaded: false);
        stream.Apply(AppliedStream.Transaction(100, 5, Wal.Insert(AppliedStream.Photos, 1L, null)));
        Assert.Empty(stream.Item.DroppedTransactions);
        Assert.Equal([5ul], stream.Photo.DroppedTransactions);
    }

    [Fact]
    public void It_stops_at_the_end_of_a_transaction_when_asked()
    {
        var stream = new AppliedStream();
        using WalBatch batch = Wal.Batch(
            [.. AppliedStream.Transaction(100, 5, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)), .. AppliedStream.Transaction(200, 6, Wal.Insert(AppliedStream.Items, 2L, "b", null, null))]);
        int next = 0;
        Assert.Equal(ApplyStop.TransactionEnd, stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: true));
        Assert.Equal(new Lsn(110), stream.Applier.TransactionEnd);
        Assert.Equal(2, AppliedStream.Waiting(stream.Item).Length);
        Assert.Equal(ApplyStop.TransactionEnd, stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: true));
        Assert.Equal(ApplyStop.BatchEnd, stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: true));
        Assert.Equal(3, AppliedStream.Waiting(stream.Item).Length);
    }

    [Fact]
    public void It_stops_inside_a_transaction_when_too_much_waits()
    {
        const int limit = 512 * 1024;
        var stream = new AppliedStream(hardLimit: limit);
        string body = new('x', 100_000);
        using WalBatch batch = Wal.Batch(AppliedStream.Transaction(100, 5, [.. Enumerable.Range(0, 20).Select(i => Wal.Insert(AppliedStream.Items, (long)i, "a", body, null))]));
        int next = 0;
        int stops = 0;
        while (stream.Applier.Apply(batch, ref next, stopAtTransactionEnd: false) is ApplyStop.Full)
        {
            stops++;
            Assert.True(stream.Applier.InTransaction);
            Assert.Equal(Lsn.Zero, stream.Applier.TransactionEnd);
            // Bounded: the limit, what goes by between two looks, and a row.
            Assert.InRange(stream.State.WaitingBytes, limit, limit + (256 * 1024) + 110_000);
            stream.Item.TakeQueue().Dispose();
        }

        // Memory counts, not what of it is filled: rows of 100 KB leave the ends of their blocks empty.
        Assert.InRange(stops, 2, 8);
        Assert.Equal(new Lsn(110), stream.Applier.TransactionEnd);
        Assert.Equal(20, stream.Item.Counters.Inserts);
    }

    [Fact]
    public void Origins_types_and_messages_are_passed_over()
    {
        var stream = new AppliedStream();
        stream.Apply([[(byte)'M', 0, 0], Wal.Begin(100, 5), [(byte)'O', 0], [(byte)'Y', 0], [(byte)'M', 1], Wal.Commit(100, 110)]);
        Assert.Equal(new Lsn(110), stream.Applier.TransactionEnd);
    }

    public static TheoryData<string, byte[][]> Broken => new()
    {
        { "a change outside a transaction", [.. AppliedStream.Describe, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)] },
        { "a change outside a transaction", [.. AppliedStream.Describe, Wal.Truncate(AppliedStream.Items)] },
        { "inside another", [Wal.Begin(100, 5), Wal.Begin(110, 6)] },
        { "without its begin", [Wal.Commit(100, 110)] },
        { "relation 7, which was never described", [Wal.Begin(100, 5), Wal.Insert(AppliedStream.Items, 1L, "a", null, null)] },
        { "an empty message", [[]] },
        { "unknown type 90", [[(byte)'Z']] },
        { "columns", [Wal.Begin(100, 5), .. AppliedStream.Describe, Wal.Insert(AppliedStream.Items, 1L, "a")] },
        { "a delete has a tuple of kind", [Wal.Begin(100, 5), .. AppliedStream.Describe, Wal.Delete(AppliedStream.Items, 'N', 1L, null, null, null)] },
        { "torn", [Wal.Begin(100, 5), .. AppliedStream.Describe, Wal.Insert(AppliedStream.Items, 1L, "a", null, null)[..^1]] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_stream_that_breaks_the_protocol_is_refused(string said, byte[][] messages) =>
        Assert.Contains(said, Assert.Throws<PgOutputException>(() => new AppliedStream().Apply(messages)).Message, StringComparison.Ordinal);
}
