using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

/// <summary>What is acknowledged when, by POSTGRES.md, section 3.</summary>
public class StreamSessionTests
{
    private static readonly byte[] Row = Wal.Insert(AppliedStream.Items, 1L, "a", null, 5);

    [Fact]
    public async Task A_transaction_is_loaded_then_persisted_then_acknowledged()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        bool wasDurable = true;
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Row));
        await session.UntilAsync(() =>
        {
            // Read before what must hold by then.
            bool acknowledged = session.Stream.Acknowledged.Contains(new Lsn(110));
            wasDurable &= !acknowledged || session.State.Durable >= new Lsn(110);
            return acknowledged;
        }, "110 acknowledged");

        Assert.True(wasDurable);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
        StoredPosition stored = (await session.Target.PositionAsync())!;
        Assert.Equal((new Lsn(110), "system"), (stored.Position, stored.SystemIdentifier));
        await session.UntilAsync(() => session.Stream.Statuses > 0, "the server is told");
    }

    [Fact]
    public async Task An_idle_stream_frees_wal_that_was_not_ours()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Keepalive(5000);
        await session.UntilAcknowledgedAsync(5000);
        Assert.Equal(new Lsn(5000), (await session.Target.PositionAsync())!.Position);
    }

    [Fact]
    public async Task A_transaction_that_arrives_while_the_position_is_sampled_is_not_acknowledged_unread()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        // Both at once: the sample includes the transaction, and the read that brings it has just ended.
        session.Stream.OnSample = () =>
        {
            session.Stream.OnSample = null;
            session.Stream.Send(110, [.. AppliedStream.Transaction(100, 5, Row)[..^1]]);
            session.Stream.Keepalive(4000);
        };
        await session.UntilAsync(() => session.Stream.OnSample is null, "a sample");
        await session.LetTimePassAsync();
        Assert.DoesNotContain(session.Stream.Acknowledged, static lsn => lsn > new Lsn(SessionUnderTest.Start));

        session.Stream.Send(4100, Wal.Commit(100, 110));
        await session.UntilAcknowledgedAsync(4100);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
    }

    [Fact]
    public async Task A_transaction_that_a_pending_read_holds_is_not_acknowledged_unread()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        await session.LetTimePassAsync();
        // The stream's position is the commit's end before the read that took the commit has ended.
        session.Stream.OnSample = () =>
        {
            session.Stream.OnSample = null;
            session.Stream.SendIntoPendingRead(110, AppliedStream.Transaction(100, 5, Row));
        };
        await session.UntilAsync(() => session.Stream.OnSample is null, "a sample");
        await session.LetTimePassAsync();
        Assert.Empty(session.Stream.Acknowledged);
        Assert.Null(await session.Target.PositionAsync());

        session.Stream.EndPendingRead();
        await session.UntilAcknowledgedAsync(110);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
    }

    [Fact]
    public async Task No_position_is_taken_inside_a_transaction_though_its_rows_may_be_loaded()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Send(90, [.. AppliedStream.Transaction(100, 5, Row)[..^1]]);
        session.Stream.Keepalive(9000);
        await session.UntilAsync(async () => (await session.Target.RowsAsync()).Length == 1, "the rows are loaded");
        await session.LetTimePassAsync();
        Assert.DoesNotContain(session.Stream.Acknowledged, static lsn => lsn > new Lsn(SessionUnderTest.Start));
        Assert.Null(await session.Target.PositionAsync());

        session.Stream.Send(9000, Wal.Commit(100, 110));
        await session.UntilAcknowledgedAsync(9000);
    }

    [Fact]
    public async Task A_transaction_beyond_the_memory_is_loaded_in_parts_and_its_position_waits_for_its_end()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync(hardLimit: 512 * 1024);
        byte[][] rows = [.. Enumerable.Range(0, 30).Select(static i => Wal.Insert(AppliedStream.Items, (long)i, "a", new string('x', 100_000), i))];
        session.Stream.Send(90, [.. AppliedStream.Transaction(100, 5, rows)[..^1]]);
        await session.UntilAsync(async () => (await session.Target.RowsAsync(columns: "id")).Length == 30, "all rows");
        Assert.True(session.State.LoadsCommitted >= 3, $"{session.State.LoadsCommitted} loads");
        Assert.Null(await session.Target.PositionAsync());
        session.Stream.Send(110, Wal.Commit(100, 110));
        await session.UntilAcknowledgedAsync(110);
    }

    [Fact]
    public async Task Changes_behind_a_chunk_hold_the_position_of_all_tables()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        TableLane items = session.State.Lanes[0];
        TransactionSnapshot snapshot = TransactionSnapshot.Parse("5:5:", isRecovery: false);
        lock (session.State.Gate)
            Assert.True(items.TryBeginChunk(snapshot, new Lsn(80)));
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Row, Wal.Insert(AppliedStream.Photos, 1L, new byte[] { 1 })));
        session.Stream.Keepalive(9000);

        // The other table goes on; the position can't.
        await session.UntilAsync(async () => (await session.Target.RowsAsync("photos", "id")).Length == 1, "the other table is loaded");
        await session.LetTimePassAsync();
        Assert.DoesNotContain(session.Stream.Acknowledged, static lsn => lsn > new Lsn(SessionUnderTest.Start));
        Assert.Null(await session.Target.PositionAsync());
        Assert.Empty(await session.Target.RowsAsync());

        lock (session.State.Gate)
            items.CompleteChunk(snapshot, new Lsn(80));
        session.State.SignalChange();
        await session.UntilAcknowledgedAsync(9000);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
    }

    [Fact]
    public async Task A_failed_chunk_lets_the_position_pass_only_with_what_it_dropped()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        TableLane items = session.State.Lanes[0];
        lock (session.State.Gate)
            items.TryBeginChunk(TransactionSnapshot.Parse("5:5:", isRecovery: false), new Lsn(80));
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Row));
        await session.LetTimePassAsync();
        lock (session.State.Gate)
            items.AbandonChunk();
        session.State.SignalChange();
        session.Stream.Keepalive(9000);
        await session.UntilAcknowledgedAsync(9000);
        StoredPosition stored = (await session.Target.PositionAsync())!;
        Assert.Equal([5ul], stored.Dropped["public.items"]);
        Assert.Empty(await session.Target.RowsAsync());
    }

    [Fact]
    public async Task Whoever_waits_for_a_position_is_served_before_the_heartbeat()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.State.RaiseWanted(new Lsn(3000));
        session.Stream.Keepalive(3500);
        await session.UntilAcknowledgedAsync(3500);
    }

    [Fact]
    public async Task A_clean_stop_loads_persists_and_acknowledges_what_came_whole()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Row));
        await session.UntilAsync(() => session.State.TransactionsApplied == 1, "the transaction is applied");
        await session.StopAsync();
        Assert.Contains(new Lsn(110), session.Stream.Acknowledged);
        Assert.Equal(new Lsn(110), (await session.Target.PositionAsync())!.Position);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
        Assert.True(session.Stream.Statuses > 0);
    }

    [Fact]
    public async Task A_stop_inside_a_transaction_waits_for_its_end()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Send(90, [.. AppliedStream.Transaction(100, 5, Row)[..^1]]);
        await session.UntilAsync(() => session.State.Lanes[0].Counters.Inserts == 1, "the row is applied");
        // The stop is under way once the session has looked around again after it was asked.
        int samples = session.Stream.Samples;
        Task stopped = session.StopAsync();
        await session.UntilAsync(() => session.Stream.Samples > samples + 2, "the session waits for the transaction's end");
        session.Stream.Send(220, [Wal.Commit(100, 110), .. AppliedStream.Transaction(200, 6, Wal.Insert(AppliedStream.Items, 2L, "b", null, null))]);
        await stopped;
        // The next transaction comes again, whole, at the next start.
        Assert.Equal(new Lsn(110), (await session.Target.PositionAsync())!.Position);
        Assert.DoesNotContain(session.Stream.Acknowledged, static lsn => lsn > new Lsn(110));
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_does_not_wait_for_a_chunk_and_leaves_what_waits_behind_it_to_the_next_start(bool isWhole)
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync(hardLimit: 512 * 1024);
        lock (session.State.Gate)
            session.State.Lanes[0].TryBeginChunk(TransactionSnapshot.Parse("5:5:", isRecovery: false), new Lsn(80));
        byte[][] rows = [.. Enumerable.Range(0, 30).Select(static i => Wal.Insert(AppliedStream.Items, (long)i, "a", new string('x', 100_000), i))];
        byte[][] transaction = AppliedStream.Transaction(100, 5, rows);
        session.Stream.Send(110, isWhole ? transaction : transaction[..^1]);
        await session.UntilAsync(() => session.State.Progress.WaitingBytes >= 512 * 1024, "the queue is full");

        await session.StopAsync();

        Assert.NotNull(session.State.Lanes[0].HeldAt);
        Assert.Null(await session.Target.PositionAsync());
        Assert.DoesNotContain(session.Stream.Acknowledged, static lsn => lsn > new Lsn(SessionUnderTest.Start));
        Assert.Empty(await session.Target.RowsAsync());
    }

    [Fact]
    public async Task A_broken_stream_ends_the_session_with_its_error()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Break(new Npgsql.NpgsqlException("gone"));
        await Assert.ThrowsAsync<Npgsql.NpgsqlException>(() => session.UntilAsync(() => session.Running.IsCompleted && !session.Running.IsFaulted, "an end"));
    }

    [Fact]
    public async Task Truncates_and_partial_updates_are_loaded_in_their_order()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Wal.Insert(AppliedStream.Items, 9L, "gone", null, null)));
        await session.UntilAcknowledgedAsync(110);
        session.Stream.Send(210, AppliedStream.Transaction(
            200, 6,
            Wal.Truncate(AppliedStream.Items),
            Wal.Insert(AppliedStream.Items, 1L, "a", "large", 5),
            Wal.Update(AppliedStream.Items, 1L, "b", Wal.Unchanged, 6),
            Wal.Insert(AppliedStream.Items, 2L, "c", null, null),
            Wal.Delete(AppliedStream.Items, 'K', 2L, null, null, null)));
        await session.UntilAcknowledgedAsync(210);
        Assert.Equal(["1|b|large|6"], await session.Target.RowsAsync());
    }

    [Fact]
    public async Task A_lost_reply_loads_nothing_twice_and_loses_nothing()
    {
        await using SessionUnderTest session = await SessionUnderTest.StartAsync();
        session.Target.Faults.LoseReplyAfterCommit = 1;
        session.Stream.Send(110, AppliedStream.Transaction(100, 5, Row));
        await session.UntilAcknowledgedAsync(110);
        Assert.Equal(["1|a|NULL|5"], await session.Target.RowsAsync());
    }
}
