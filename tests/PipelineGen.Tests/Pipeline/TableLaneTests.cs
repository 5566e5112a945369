using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline;

/// <summary>The rules of POSTGRES.md, section 2, for one range.</summary>
public class TableLaneTests
{
    /// <summary>Sees everything below 20 but 12.</summary>
    private static readonly TransactionSnapshot Snapshot = TransactionSnapshot.Parse("10:20:12", isRecovery: false);
    private static readonly Lsn Fence = new(1000);

    private readonly TableLane _lane = new(TableCodec.For<Item>(), "shop_items-0");
    private long _serial;

    [Fact]
    public void An_unread_range_drops_and_remembers()
    {
        Assert.Equal(Decision.Drop, Decide(15));
        Assert.Equal(Decision.Drop, Decide(4));
        Assert.Equal((ulong[])[4ul, 15], _lane.DroppedTransactions.Order());
        Assert.IsType<RangeState.Unread>(_lane.Ranges[0].State);
    }

    [Fact]
    public void A_chunk_is_refused_until_its_snapshot_sees_all_that_was_dropped()
    {
        Decide(12);
        Decide(11);
        Assert.False(_lane.TryBeginChunk(Snapshot, Fence));
        Assert.IsType<RangeState.Unread>(_lane.Ranges[0].State);
        Decide(25);
        Assert.False(_lane.TryBeginChunk(TransactionSnapshot.Parse("25:26:25", false), Fence));
        Assert.True(_lane.TryBeginChunk(TransactionSnapshot.Parse("26:26:", false), Fence));
        Assert.IsType<RangeState.InFlight>(_lane.Ranges[0].State);
    }

    [Theory]
    [InlineData(9, 500, false)] // seen
    [InlineData(12, 500, true)] // was running
    [InlineData(20, 500, true)] // came later
    [InlineData(9, 999, false)] // just below the fence
    [InlineData(9, 1000, true)] // at the fence: F was read after S, so S can't have seen it
    [InlineData(9, 2000, true)] // an id that comes round again
    public void In_flight_and_loaded_ranges_apply_what_the_snapshot_did_not_see(ulong xid, ulong commitLsn, bool applied)
    {
        Decision expected = applied ? Decision.Apply : Decision.Drop;
        Assert.True(_lane.TryBeginChunk(Snapshot, Fence));
        Assert.Equal(expected, Decide(xid, commitLsn));
        _lane.CompleteChunk(Snapshot, Fence);
        Assert.Equal(expected, Decide(xid, commitLsn));
        Assert.Empty(_lane.DroppedTransactions);
    }

    [Fact]
    public void What_waits_behind_a_chunk_holds_the_checkpoint_until_it_is_loaded()
    {
        _lane.TryBeginChunk(Snapshot, Fence);
        Assert.Null(_lane.HeldAt);
        Queue(30);
        Assert.Equal(new Lsn(480), _lane.HeldAt);
        _lane.CompleteChunk(Snapshot, Fence);
        Assert.Null(_lane.HeldAt);
        Assert.True(_lane.IsCopied);
        Assert.False(_lane.Pending().IsEmpty);
    }

    [Fact]
    public void An_abandoned_chunk_drops_what_waited_and_remembers_it()
    {
        Decide(4);
        _lane.TryBeginChunk(Snapshot, Fence);
        Queue(30);
        Queue(12);
        Decide(9); // seen: it never waited

        _lane.AbandonChunk();

        Assert.IsType<RangeState.Unread>(_lane.Ranges[0].State);
        Assert.True(_lane.Pending().IsEmpty);
        Assert.Null(_lane.HeldAt);
        Assert.Equal((ulong[])[4ul, 12, 30], _lane.DroppedTransactions.Order());
        Assert.False(_lane.TryBeginChunk(TransactionSnapshot.Parse("30:31:30", false), Fence));
        Assert.True(_lane.TryBeginChunk(TransactionSnapshot.Parse("31:31:", false), Fence));
    }

    [Fact]
    public void What_waited_behind_a_loaded_chunk_is_never_remembered()
    {
        _lane.TryBeginChunk(Snapshot, Fence);
        Queue(30);
        _lane.CompleteChunk(Snapshot, Fence);
        _lane.TryBeginChunk(Snapshot, Fence);
        _lane.AbandonChunk();
        Assert.Empty(_lane.DroppedTransactions);
    }

    [Fact]
    public void A_decision_stays_for_its_transaction_while_the_range_goes_on()
    {
        ReceivedTransaction dropped = Next(9, 2000);
        Assert.Equal(Decision.Drop, _lane.Decide(dropped));
        Assert.True(_lane.TryBeginChunk(Snapshot, Fence));
        // By itself it would be applied now: it commits above the fence.
        Assert.Equal(Decision.Drop, _lane.Decide(dropped));
        Assert.Equal(Decision.Apply, _lane.Decide(Next(9, 2000)));

        ReceivedTransaction queued = Next(30, 900);
        Assert.Equal(Decision.Apply, _lane.Decide(queued));
        _lane.CompleteChunk(Snapshot, Fence);
        Assert.Equal(Decision.Apply, _lane.Decide(queued));
    }

    [Fact]
    public void A_transaction_in_whose_middle_the_chunk_fails_is_dropped_from_there_on()
    {
        _lane.TryBeginChunk(Snapshot, Fence);
        ReceivedTransaction transaction = Next(30, 900);
        Assert.Equal(Decision.Apply, _lane.Decide(transaction));
        _lane.AbandonChunk();
        Assert.Equal(Decision.Drop, _lane.Decide(transaction));
        Assert.Equal([30ul], _lane.DroppedTransactions);
    }

    [Fact]
    public void What_every_later_snapshot_sees_is_forgotten()
    {
        foreach (ulong xid in (ulong[])[4, 9, 12, 15, 20, 30])
            Decide(xid);
        _lane.PruneDropped(Snapshot);
        Assert.Equal((ulong[])[12, 20, 30], _lane.DroppedTransactions.Order());
    }

    [Fact]
    public void A_snapshot_from_before_the_last_forgetting_can_not_begin_a_chunk()
    {
        // Taken first, used last: T = 12 is dropped and forgotten in between.
        var early = TransactionSnapshot.Parse("11:11:", false);
        long prunings = _lane.Prunings;
        Decide(12);
        _lane.PruneDropped(TransactionSnapshot.Parse("13:13:", false));
        Assert.Empty(_lane.DroppedTransactions);
        Assert.False(_lane.TryBeginChunk(_lane.Ranges[0], early, Fence, prunings));
        Assert.True(_lane.TryBeginChunk(TransactionSnapshot.Parse("13:13:", false), Fence));
    }

    [Fact]
    public void The_first_chunk_waits_for_what_ran_when_slot_and_publication_were_made()
    {
        _lane.NotBefore = 20;
        Assert.False(_lane.TryBeginChunk(TransactionSnapshot.Parse("19:25:19", false), Fence));
        Assert.True(_lane.TryBeginChunk(TransactionSnapshot.Parse("20:25:20", false), Fence));
    }

    [Fact]
    public void A_restart_takes_up_what_the_checkpoint_kept()
    {
        _lane.RestoreDropped([12, 13]);
        Assert.False(_lane.TryBeginChunk(Snapshot, Fence));
        _lane.PruneDropped(TransactionSnapshot.Parse("13:13:", false));
        Assert.Equal([13ul], _lane.DroppedTransactions);
    }

    [Fact]
    public void A_stream_that_begins_again_forgets_what_waits_and_keeps_the_rest()
    {
        Decide(4);
        _lane.TryBeginChunk(Snapshot, Fence);
        Queue(30);
        ReceivedTransaction repeated = Next(9, 500);
        Assert.Equal(Decision.Drop, _lane.Decide(repeated));

        _lane.ForgetWaiting();

        Assert.True(_lane.Pending().IsEmpty);
        Assert.IsType<RangeState.InFlight>(_lane.Ranges[0].State);
        Assert.Equal([4ul], _lane.DroppedTransactions);
        // Its serial may come again for another transaction.
        Assert.Equal(Decision.Apply, _lane.Decide(repeated with { Xid = 30 }));
    }

    [Fact]
    public void The_queue_is_handed_over_whole()
    {
        _lane.CompleteChunk(Snapshot, Fence);
        Queue(30);
        using LoadQueue taken = _lane.TakeQueue();
        Assert.False(taken.IsEmpty);
        Assert.True(_lane.Pending().IsEmpty);
    }

    [Fact]
    public void Partial_columns_are_one_set_for_one_shape()
    {
        ColumnSlot[] unchanged = [Slot(ColumnFormat.Binary), Slot(ColumnFormat.Text), Slot(ColumnFormat.UnchangedToast), Slot(ColumnFormat.Null)];
        ColumnSet set = _lane.PartialColumns(unchanged);
        Assert.True(set.IsPartial);
        Assert.Equal("`id`,`name`,`size`,__op", set.Columns);
        unchanged[3] = Slot(ColumnFormat.Binary);
        Assert.Same(set, _lane.PartialColumns(unchanged));
        unchanged[1] = Slot(ColumnFormat.UnchangedToast);
        Assert.Equal("`id`,`size`,__op", _lane.PartialColumns(unchanged).Columns);

        static ColumnSlot Slot(ColumnFormat format) => new() { Format = format };
    }

    private ReceivedTransaction Next(ulong xid, ulong commitLsn) => new(++_serial, xid, new Lsn(commitLsn), new Lsn(commitLsn - 20));

    private Decision Decide(ulong xid, ulong commitLsn = 500) => _lane.Decide(Next(xid, commitLsn));

    private void Queue(ulong xid)
    {
        Assert.Equal(Decision.Apply, Decide(xid));
        _lane.Pending().Rows(_lane.FullColumns);
    }
}
