using Microsoft.Extensions.Logging.Abstractions;
using PipelineGen.Postgres;
using PipelineGen.Postgres.Streaming;
using static PipelineGen.Tests.Postgres.Streaming.StreamedWal;

namespace PipelineGen.Tests.Postgres.Streaming;

public sealed class SpillingReplicationStreamTests
{
    /// <summary>Every few rows a block, so that there is a file soon.</summary>
    private static readonly SpillLimits Small = new() { BlockSize = 200 };

    [Fact]
    public async Task Ordinary_messages_pass_in_the_batch_that_brought_them()
    {
        await using var test = new SpillingStreamUnderTest();
        test.Send(Wal.Begin(10, 7), Table(1), Row(1, "a"), Wal.Commit(10, 11));
        Assert.Equal(["B 7 10", "R 1 v", "I 1 a", "C 10 11"], await test.ReadAsync());
        test.Send(Wal.Begin(12, 8), Row(1, "b"), Wal.Commit(12, 13));
        Assert.Equal(["B 8 12", "I 1 b", "C 12 13"], await test.ReadAsync());
        Assert.Empty(test.Files);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streamed_transactions_come_at_their_commit_in_the_order_of_commits(bool encrypted)
    {
        await using var test = new SpillingStreamUnderTest(Small, encrypted);
        test.Send(Wal.Begin(10, 5), Table(1), Row(1, "before"), Wal.Commit(10, 11));
        test.Send([.. Block(7, true, Table(1), Row(1, "7a")), .. Block(8, true, Table(1), Row(1, "8a"))]);
        test.Send([.. Block(7, false, Rows("7b", 30)), Wal.Begin(20, 6), Row(1, "between"), Wal.Commit(20, 21), .. Block(8, false, Rows("8b", 30))]);
        test.Send([StreamedWal.Commit(8, 30, 31), Wal.Begin(40, 9), Row(1, "later"), Wal.Commit(40, 41), StreamedWal.Commit(7, 50, 51), Wal.Begin(60, 10), Row(1, "last"), Wal.Commit(60, 61)]);

        string[] expected =
        [
            "B 5 10", "R 1 v", "I 1 before", "C 10 11",
            "B 6 20", "I 1 between", "C 20 21",
            "B 8 30", "I 1 8a", .. Enumerable.Range(0, 30).Select(static i => $"I 1 8b{i}"), "C 30 31",
            "B 9 40", "I 1 later", "C 40 41",
            "B 7 50", "I 1 7a", .. Enumerable.Range(0, 30).Select(static i => $"I 1 7b{i}"), "C 50 51",
            "B 10 60", "I 1 last", "C 60 61",
        ];
        Assert.Equal(expected, await test.ReadAllAsync());
        Assert.Empty(test.Files);
        Assert.Equal(0, test.Stream.HeldBytes);
    }

    [Fact]
    public async Task A_batch_whose_last_message_fills_what_is_handed_out_is_not_handed_out_once_more()
    {
        await using var test = new SpillingStreamUnderTest();
        test.Send([.. Block(7, true, Table(1), Row(1, "7a")), Wal.Begin(10, 5), Row(1, new string('x', WalBatch.TargetSize))]);
        Assert.Equal(2, (await test.ReadAsync()).Count);
        test.Send([Wal.Commit(10, 11), .. Block(7, false, Row(1, "7b")), StreamedWal.Commit(7, 30, 31)]);
        Assert.Equal(["C 10 11", "B 7 30", "R 1 v", "I 1 7a", "I 1 7b", "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_rolled_back_subtransaction_takes_its_children_and_nothing_else_along()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Start(7), In(7, Table(1)), In(7, Row(1, "top")), In(8, Row(1, "kept sub")), In(9, Row(1, "gone")), In(10, Row(1, "gone child")), In(9, Row(1, "gone too")), Stop());
        Assert.NotEmpty((await test.ReadAllAsync(), test.Files).Files);
        // Children first, as the abort record names them; the second finds nothing left of its own.
        test.Send(Abort(7, 10), Abort(7, 9), Abort(7, 12));
        test.Send(Start(7, false), In(7, Row(1, "top again")), In(11, Row(1, "late sub")), Stop(), StreamedWal.Commit(7, 30, 31));
        Assert.Equal(["B 7 30", "R 1 v", "I 1 top", "I 1 kept sub", "I 1 top again", "I 1 late sub", "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_child_whose_parent_changed_something_only_afterwards_goes_with_it()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        // 8 is the parent of 9, which was released before 8 wrote its first row.
        test.Send(Start(7), In(7, Table(1)), In(7, Row(1, "top")), In(9, Row(1, "child")), In(8, Row(1, "parent")), Stop(), Abort(7, 9), Abort(7, 8));
        test.Send(Start(7, false), In(10, Row(1, "other")), Stop(), Abort(7, 8), StreamedWal.Commit(7, 30, 31));
        Assert.Equal(["B 7 30", "R 1 v", "I 1 top", "I 1 other", "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_description_that_came_in_a_rolled_back_part_is_there_for_the_rest()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Start(7), In(7, Table(2)), In(7, Row(2, "other")), In(8, StreamedWal.Type(77)), In(8, Table(1)), In(8, Row(1, "gone")), Stop(), Abort(7, 8));
        test.Send(Start(7, false), In(7, Row(1, "stays")), Stop(), StreamedWal.Commit(7, 30, 31), Wal.Begin(40, 9), Row(1, "ordinary"), Wal.Commit(40, 41));
        Assert.Equal(["B 7 30", "R 2 v", "I 2 other", "Y 77", "R 1 v", "I 1 stays", "C 30 31", "B 9 40", "I 1 ordinary", "C 40 41"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_description_that_only_a_later_ordinary_change_needs_comes_before_that()
    {
        await using var test = new SpillingStreamUnderTest();
        test.Send(Start(7), In(8, Table(1)), In(8, Row(1, "gone")), Stop(), Abort(7, 8), StreamedWal.Commit(7, 30, 31));
        test.Send(Wal.Begin(40, 9), Table(2), Row(2, "x"), Row(1, "ordinary"), Wal.Commit(40, 41));
        test.Send(Wal.Begin(50, 10), Wal.Truncate(2, 1), Wal.Commit(50, 51));
        Assert.Equal(["B 7 30", "C 30 31", "B 9 40", "R 2 v", "I 2 x", "R 1 v", "I 1 ordinary", "C 40 41", "B 10 50", "T 2,1", "C 50 51"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_description_of_a_rolled_back_ALTER_TABLE_is_never_handed_out()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Wal.Begin(10, 5), Table(1), Row(1, "before"), Wal.Commit(10, 11));
        test.Send(Start(7), In(8, Table(1, "altered")), In(8, Row(1, "gone")), Stop(), Abort(7, 8));
        test.Send(Start(7, false), In(7, Table(1)), In(7, Row(1, "stays")), Stop(), StreamedWal.Commit(7, 30, 31));
        Assert.Equal(["B 5 10", "R 1 v", "I 1 before", "C 10 11", "B 7 30", "I 1 stays", "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task An_older_description_in_a_streamed_transaction_does_not_outlive_it()
    {
        await using var test = new SpillingStreamUnderTest();
        test.Send(Start(7), In(7, Table(1, "old")), In(7, Row(1, "written in the old one")), Stop());
        test.Send(Wal.Begin(20, 6), Table(1, "new"), Row(1, "written in the new one"), Wal.Commit(20, 21));
        // The session was told of the new one already: pgoutput does not say it again.
        test.Send(StreamedWal.Commit(7, 30, 31), Wal.Begin(40, 9), Row(1, "new again"), Wal.Commit(40, 41), Wal.Begin(50, 10), Row(1, "and again"), Wal.Commit(50, 51));
        Assert.Equal(
            [
                "B 6 20", "R 1 new", "I 1 written in the new one", "C 20 21", "B 7 30", "R 1 old", "I 1 written in the old one", "C 30 31",
                "B 9 40", "R 1 new", "I 1 new again", "C 40 41", "B 10 50", "I 1 and again", "C 50 51",
            ],
            await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_nothing()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Block(7, true, [Table(1), .. Rows("x", 50)]));
        Assert.Empty(await test.ReadAllAsync());
        Assert.Single(test.Files);
        test.Send(Abort(7, 7), Abort(99, 99));
        Assert.Empty(await test.ReadAllAsync());
        Assert.Empty(test.Files);
        Assert.Equal(0, test.Stream.HeldBytes);
    }

    [Fact]
    public async Task Truncates_messages_and_origins_keep_their_form()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Start(7), Origin(), In(7, Table(1)), In(7, Table(2)), In(7, Wal.Truncate(1, 2)), In(8, [(byte)'M', 1, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'p', 0, 0, 0, 0, 0]), Stop(), StreamedWal.Commit(7, 30, 31));
        Assert.Equal(["B 7 30", "O", "R 1 v", "R 2 v", "T 1,2", "M", "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task A_large_transaction_comes_in_bounded_batches()
    {
        await using var test = new SpillingStreamUnderTest();
        string large = new('x', 1000);
        for (int i = 0; i < 20; i++)
            test.Send(Block(7, i == 0, [.. i == 0 ? [Table(1)] : Array.Empty<byte[]>(), .. Enumerable.Range(0, 100).Select(n => Row(1, $"{i}.{n} {large}"))]));
        test.Send(StreamedWal.Commit(7, 30, 31), Wal.Begin(40, 9), Row(1, "after"), Wal.Commit(40, 41));
        List<string> all = await test.ReadAllAsync();
        Assert.Equal(["B 7 30", "R 1 v", .. Enumerable.Range(0, 2000).Select(n => $"I 1 {n / 100}.{n % 100} {large}"), "C 30 31", "B 9 40", "I 1 after", "C 40 41"], all);
        Assert.InRange(test.Reads.Max(), 100, 270);
        Assert.Empty(test.Files);
    }

    [Fact]
    public async Task A_message_larger_than_a_block_comes_whole()
    {
        await using var test = new SpillingStreamUnderTest();
        string giant = new('g', 3_000_000);
        test.Send(Block(7, true, Table(1), Row(1, "a"), Row(1, giant), Row(1, "b"), Row(1, giant)));
        test.Send(Start(7, false), In(8, Row(1, giant)), Stop(), Abort(7, 8), StreamedWal.Commit(7, 30, 31));
        Assert.Equal(["B 7 30", "R 1 v", "I 1 a", "I 1 " + giant, "I 1 b", "I 1 " + giant, "C 30 31"], await test.ReadAllAsync());
    }

    [Fact]
    public async Task Disposing_in_the_middle_of_a_replay_removes_the_file()
    {
        await using var test = new SpillingStreamUnderTest();
        string large = new('x', 1000);
        test.Send([.. Block(7, true, [Table(1), .. Enumerable.Range(0, 1000).Select(n => Row(1, large))]), StreamedWal.Commit(7, 30, 31)]);
        Assert.Equal("B 7 30", (await test.ReadAsync())[0]);
        Assert.Single(test.Files);
        await test.Stream.DisposeAsync();
        Assert.False(Directory.Exists(test.Folder.Path));
        Assert.Equal(0, test.Stream.HeldBytes);
        await Assert.ThrowsAsync<ObjectDisposedException>(test.ReadAsync);
    }

    [Fact]
    public async Task Disposing_while_a_read_is_pending_ends_it_and_removes_the_files()
    {
        await using var test = new SpillingStreamUnderTest(Small);
        test.Send(Block(7, true, [Table(1), .. Rows("x", 50)]));
        Task<List<string>> read = test.ReadAsync();
        await test.Stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.False(Directory.Exists(test.Folder.Path));
    }

    [Fact]
    public async Task Many_small_transactions_share_a_bound_of_memory_and_of_handles()
    {
        await using var test = new SpillingStreamUnderTest(new SpillLimits { HeldBytes = 100_000, OpenFiles = 3 });
        for (uint xid = 100; xid < 400; xid++)
        {
            test.Send(Block(xid, true, Table(1), Row(1, "a" + xid)));
            Assert.Empty(await test.ReadAllAsync());
            Assert.InRange(test.Stream.HeldBytes, 0, 100_000);
        }

        Assert.InRange(test.Files.Length, 200, 300);
        for (uint xid = 100; xid < 400; xid++)
            test.Send([.. Block(xid, false, Row(1, "b" + xid)), StreamedWal.Commit(xid, 1000 + xid, 1001 + xid)]);
        List<string> all = await test.ReadAllAsync();
        Assert.Equal(["R 1 v", .. Enumerable.Range(100, 300).SelectMany(static x => (string[])[$"B {x} {1000 + x}", $"I 1 a{x}", $"I 1 b{x}", $"C {1000 + x} {1001 + x}"])], [all[1], all[0], .. all[2..]]);
        Assert.Empty(test.Files);
        Assert.Equal(0, test.Stream.HeldBytes);
    }

    [Fact]
    public async Task A_transaction_that_runs_is_no_reason_not_to_be_idle_and_one_that_is_handed_out_is()
    {
        await using var test = new SpillingStreamUnderTest();
        string large = new('x', 1000);
        test.Send(Block(7, true, [Table(1), .. Enumerable.Range(0, 400).Select(n => Row(1, large))]));
        Task<List<string>> read = test.ReadAsync();
        Lsn idle = default;
        await UntilAsync(() => test.Stream.TryGetIdlePosition(out idle));
        Assert.Equal(test.Inner.ReceivedLsn, idle);

        test.Send(StreamedWal.Commit(7, 30, 31));
        Assert.Equal("B 7 30", (await read)[0]);
        Assert.False(test.Stream.TryGetIdlePosition(out _));
        Assert.Equal("C 30 31", (await test.ReadAsync())[^1]);
        // Handed out, but whoever reads may still be at it: only its next read says that it is done.
        Assert.False(test.Stream.TryGetIdlePosition(out _));
        Task<List<string>> next = test.ReadAsync();
        await UntilAsync(() => test.Stream.TryGetIdlePosition(out _));
        // What arrives while the position is being sampled is not handed out.
        test.Inner.OnSample = () => test.Send(Wal.Begin(40, 9), Wal.Commit(40, 41));
        Assert.False(test.Stream.TryGetIdlePosition(out _));
        test.Inner.OnSample = null;
        await next;
    }

    [Fact]
    public async Task What_is_not_handed_out_is_held_against_being_idle_whatever_the_inner_stream_says()
    {
        string large = new('x', 1000);
        string root = Directory.CreateTempSubdirectory("pipelinegen-spill-").FullName;
        SpillingReplicationStream stream = Over(root, new AlwaysIdleStream([.. Block(7, true, [Table(1), .. Enumerable.Range(0, 400).Select(n => Row(1, large))]), StreamedWal.Commit(7, 30, 31)]));
        using var batch = new WalBatch();
        await stream.ReadAsync(batch, CancellationToken.None);
        Assert.False(stream.TryGetIdlePosition(out _));
        batch.Clear();
        await stream.ReadAsync(batch, CancellationToken.None);
        Assert.Equal("C 30 31", Text(batch[batch.Count - 1]));
        Assert.False(stream.TryGetIdlePosition(out _));
        batch.Clear();
        Task read = stream.ReadAsync(batch, CancellationToken.None);
        Assert.True(stream.TryGetIdlePosition(out _));
        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Directory.Delete(root);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_allocated_for_a_message(bool encrypted)
    {
        const int Messages = 100_000;
        string root = Directory.CreateTempSubdirectory("pipelinegen-spill-").FullName;
        SpillingReplicationStream stream = Over(root, new AlwaysIdleStream([.. Block(7, true, [Table(1), .. Enumerable.Range(0, Messages).Select(static n => Row(1, "row"))]), StreamedWal.Commit(7, 30, 31)], times: 3), encrypted);
        using var batch = new WalBatch();
        long allocated = 0;
        int received = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            do
            {
                batch.Clear();
                // On this thread: the inner stream has everything at hand.
                Task read = stream.ReadAsync(batch, CancellationToken.None);
                Assert.True(read.IsCompletedSuccessfully);
                received += batch.Count;
            }
            while (batch[batch.Count - 1][0] != 'C');
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(3 * (Messages + 2) + 1, received);
        // Files, arrays that the pool lacks, a task a read; the smallest object for each message would be twice this.
        Assert.InRange(allocated, 0, 12 * Messages);
        await stream.DisposeAsync();
        Directory.Delete(root);
    }

    private static SpillingReplicationStream Over(string root, ReplicationStream inner, bool encrypted = false) => new(
        inner, new SpillFolder(root, "shop", "slot", "123"), BlockSeal.Create(encrypted), new SpillLimits(), new StreamingPause(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Messages_out_of_order_are_refused(string why, byte[][] messages)
    {
        await using var test = new SpillingStreamUnderTest();
        test.Send(messages);
        PgOutputException error = await Assert.ThrowsAsync<PgOutputException>(test.ReadAllAsync);
        Assert.False(string.IsNullOrEmpty(error.Message), why);
    }

    public static TheoryData<string, byte[][]> Malformed => new()
    {
        { "a block in a block", [Start(7), Start(8)] },
        { "a stop without a start", [Stop()] },
        { "a longer stop", [Start(7), [(byte)'E', 0]] },
        { "a first block that is the second", [Start(7), Stop(), Start(7)] },
        { "a second block that is the first", [Start(7, isFirst: false)] },
        { "a commit in a block", [Start(7), StreamedWal.Commit(7, 1, 2)] },
        { "an abort in a block", [Start(7), Abort(7, 7)] },
        { "an ordinary begin in a block", [Start(7), Wal.Begin(1, 2)] },
        { "a commit of nobody", [StreamedWal.Commit(7, 1, 2)] },
        { "a block in an ordinary transaction", [Wal.Begin(1, 2), Start(7)] },
        { "a torn change", [Start(7), [(byte)'I', 0, 0, 7]] },
        { "a change of nobody", [Start(7), In(0, Row(1, "x"))] },
        { "an unknown message", [Start(7), [(byte)'?', 0, 0, 0, 7]] },
        { "an empty message", [Start(7), []] },
        { "an abort with an LSN", [[.. Abort(7, 7), 0, 0, 0, 0, 0, 0, 0, 1]] },
        { "a table that was not described", [Start(7), In(7, Row(1, "x")), Stop(), StreamedWal.Commit(7, 1, 2)] },
    };

    private static byte[][] Rows(string name, int count) => [.. Enumerable.Range(0, count).Select(i => Row(1, name + i))];

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
            await pace.WaitForNextTickAsync(limit.Token);
    }
}
