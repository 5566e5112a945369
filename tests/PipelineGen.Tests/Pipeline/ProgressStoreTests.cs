using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Pipeline;

public class ProgressStoreTests : IAsyncLifetime
{
    private TargetUnderTest _target = null!;

    public async Task InitializeAsync() => _target = await TargetUnderTest.StartAsync();

    public async Task DisposeAsync() => await _target.DisposeAsync();

    [Fact]
    public async Task A_new_pipeline_has_nothing()
    {
        StoredProgress progress = await _target.Progress.ReadAsync(CancellationToken.None);
        Assert.Null(progress.Position);
        Assert.Empty(progress.Ranges);
        Assert.Empty(progress.Appends);
    }

    [Fact]
    public async Task A_position_reads_back_with_every_set()
    {
        var stored = new StoredPosition(Lsn.Parse("FFFFFFFF/FFFFFFFE"), "7301234567890123456", new Dictionary<string, IReadOnlyList<ulong>>
        {
            ["public.items"] = [3, (1UL << 32) + 5, ulong.MaxValue],
            ["Odd \"Schema\".it's a \\ table"] = [],
        });
        await _target.Progress.WriteAsync(stored, CancellationToken.None);
        StoredPosition read = (await _target.PositionAsync())!;
        Assert.Equal((stored.Position, stored.SystemIdentifier), (read.Position, read.SystemIdentifier));
        Assert.Equal(stored.Dropped.Keys.Order(), read.Dropped.Keys.Order());
        Assert.All(stored.Dropped, pair => Assert.Equal(pair.Value, read.Dropped[pair.Key]));
    }

    [Fact]
    public async Task A_later_position_replaces_the_earlier_one()
    {
        foreach (ulong lsn in (ulong[])[100, 200])
            await _target.Progress.WriteAsync(new StoredPosition(new Lsn(lsn), "1", new Dictionary<string, IReadOnlyList<ulong>>()), CancellationToken.None);
        Assert.Equal(new Lsn(200), (await _target.PositionAsync())!.Position);
    }

    [Fact]
    public async Task Ranges_read_back_with_their_keys_and_the_latest_state_of_each()
    {
        var begun = new StoredRange(
            "public.items", 7, new KeyRange(["a'\\", "\u00e4"], ["b\"", ""]), RangeOutcome.InFlight, TransactionSnapshot.Parse("10:4294967300:12,15", isRecovery: false), Lsn.Parse("1/A"), "shop_items-0_chunk_2", 2, 0, 0, "witness");
        var other = begun with { Number = 8, Keys = new KeyRange(["b\"", ""], null), State = RangeOutcome.Abandoned };
        var whole = begun with { Table = "public.photos", Number = 0, Keys = KeyRange.Whole };
        foreach (StoredRange range in (StoredRange[])[begun, other, whole, begun with { State = RangeOutcome.Loaded, Rows = 5_000_000_000, Bytes = 7_000_000_000 }])
            await _target.Progress.WriteAsync(range, CancellationToken.None);

        IReadOnlyList<StoredRange> ranges = (await _target.Progress.ReadAsync(CancellationToken.None)).Ranges;

        Assert.Equal(3, ranges.Count);
        StoredRange items = ranges.Single(static r => r.Number == 7);
        Assert.Equal(["a'\\", "\u00e4"], items.Keys.After!);
        Assert.Equal(["b\"", ""], items.Keys.Through!);
        Assert.Equal(
            (RangeOutcome.Loaded, "10:4294967300:12,15", Lsn.Parse("1/A"), "shop_items-0_chunk_2", 2, 5_000_000_000L, 7_000_000_000L, null),
            (items.State, items.Snapshot.ToString(), items.Fence, items.Label, items.Attempt, items.Rows, items.Bytes, items.Witness));
        StoredRange last = ranges.Single(static r => r.Number == 8);
        Assert.Equal((RangeOutcome.Abandoned, null, "witness"), (last.State, last.Keys.Through, last.Witness));
        Assert.True(ranges.Single(static r => r.Table == "public.photos").Keys.IsWhole);
    }

    [Fact]
    public async Task Deleted_ranges_are_gone_and_the_table_says_what_they_came_to()
    {
        var started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var table = new StoredTable("public.items", CopyState.Copying, 77, 3, 0, 0, started);
        await _target.Progress.WriteAsync(table, CancellationToken.None);
        for (int i = 0; i < 3; i++)
            await _target.Progress.WriteAsync(new StoredRange("public.items", i, KeyRange.Whole, RangeOutcome.Loaded, TransactionSnapshot.Empty, new Lsn(1), "l", 1, 0, 0), CancellationToken.None);
        Assert.Equal(3, (await _target.Progress.ReadAsync(CancellationToken.None)).RangesOf("public.items").Count());
        StoredTable copied = table with { State = CopyState.Copied, Rows = 5, Bytes = 6, Ended = started.AddHours(1), Snapshot = TransactionSnapshot.Parse("5:7:6", isRecovery: false), Fence = new Lsn(9) };
        await _target.Progress.WriteAsync(copied, CancellationToken.None);
        await _target.Progress.DeleteRangesAsync("public.items", [0, 2], CancellationToken.None);

        StoredProgress stored = await _target.Progress.ReadAsync(CancellationToken.None);

        Assert.Equal(1, Assert.Single(stored.Ranges).Number);
        Assert.Equal(copied with { Snapshot = null }, stored.Find("public.items")! with { Snapshot = null });
        Assert.Equal("5:7:6", stored.Find("public.items")!.Snapshot!.ToString());
        Assert.True(stored.IsCopied("public.items"));
        Assert.Empty(stored.RangesOf("public.items"));
    }

    [Fact]
    public async Task A_wish_is_deleted_only_by_who_fulfilled_it()
    {
        var first = new StoredRequest("public.items", "1");
        await _target.Progress.WriteAsync([first], CancellationToken.None);
        await _target.Progress.WriteAsync([first with { Nonce = "2" }], CancellationToken.None);
        await _target.Progress.DeleteAsync(first, CancellationToken.None);
        StoredRequest again = Assert.Single(await _target.Progress.ReadRequestsAsync(CancellationToken.None));
        Assert.Equal("2", again.Nonce);
        await _target.Progress.DeleteAsync(again, CancellationToken.None);
        Assert.Empty(await _target.Progress.ReadRequestsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Dropped_transactions_are_kept_in_runs()
    {
        ulong[] xids = [3, 4, 5, 9, 4294967296, 4294967297, 5000000000];
        await _target.Progress.WriteAsync(new StoredPosition(new Lsn(1), "1", new Dictionary<string, IReadOnlyList<ulong>> { ["public.items"] = xids }), CancellationToken.None);
        Assert.Equal(xids, (await _target.PositionAsync())!.Dropped["public.items"]);
        Assert.Contains("\"3-5\",9,\"4294967296-4294967297\",5000000000", await _target.Progress.ReadContentAsync("position", CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelines_keep_apart()
    {
        var other = new ProgressStore(_target.Sql, "sh'op\\", TimeProvider.System);
        await other.WriteAsync(new StoredPosition(new Lsn(100), "1", new Dictionary<string, IReadOnlyList<ulong>>()), CancellationToken.None);
        Assert.Null(await _target.PositionAsync());
        Assert.Equal(new Lsn(100), (await other.ReadAsync(CancellationToken.None)).Position!.Position);
    }
}
