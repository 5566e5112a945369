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
    public async Task Ranges_read_back_one_a_table_and_the_latest_state_of_each()
    {
        var begun = new StoredRange("public.items", IsLoaded: false, TransactionSnapshot.Parse("10:4294967300:12,15", isRecovery: true), Lsn.Parse("1/A"), "shop_items-0_chunk_2", 2, 0);
        var other = begun with { Table = "public.photos", Snapshot = TransactionSnapshot.Parse("7:7:", isRecovery: false) };
        await _target.Progress.WriteAsync(begun, CancellationToken.None);
        await _target.Progress.WriteAsync(other, CancellationToken.None);
        await _target.Progress.WriteAsync(begun with { IsLoaded = true, Rows = 5_000_000_000 }, CancellationToken.None);

        IReadOnlyList<StoredRange> ranges = (await _target.Progress.ReadAsync(CancellationToken.None)).Ranges;

        Assert.Equal(2, ranges.Count);
        StoredRange items = ranges.Single(static r => r.Table == "public.items");
        Assert.Equal(
            (true, "10:4294967300:12,15", true, Lsn.Parse("1/A"), "shop_items-0_chunk_2", 2, 5_000_000_000L),
            (items.IsLoaded, items.Snapshot.ToString(), items.Snapshot.IsRecovery, items.Fence, items.Label, items.Attempt, items.Rows));
        StoredRange photos = ranges.Single(static r => r.Table == "public.photos");
        Assert.Equal((false, "7:7:", false), (photos.IsLoaded, photos.Snapshot.ToString(), photos.Snapshot.IsRecovery));
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
