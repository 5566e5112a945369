using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public class XidEpochTests
{
    private const ulong Epoch = 1UL << 32;

    [Theory]
    // Epoch 0.
    [InlineData(1000, 1000, 1000)]
    [InlineData(1000, 3, 3)]
    [InlineData(1000, 2000, 2000)]
    // Nothing is before epoch 0, however far it looks.
    [InlineData(1000, 4294967290u, 4294967290)]
    // Epoch 1 and more.
    [InlineData(Epoch + 1000, 999, Epoch + 999)]
    [InlineData(Epoch + 1000, 1001, Epoch + 1001)]
    [InlineData((7 * Epoch) + 5, 6, (7 * Epoch) + 6)]
    // The reference is past the wrap, the id before it.
    [InlineData(Epoch + 10, 4294967290u, 4294967290)]
    [InlineData((3 * Epoch) + 10, 4294967290u, (2 * Epoch) + 4294967290)]
    // The reference is before the wrap, the id past it.
    [InlineData(Epoch - 10, 5, Epoch + 5)]
    [InlineData((5 * Epoch) - 10, 5, (5 * Epoch) + 5)]
    // Almost half a circle away, on both sides.
    [InlineData((2 * Epoch) + 100, 2147483747u, (2 * Epoch) + 2147483747)]
    [InlineData((2 * Epoch) + 100, 2147483749u, Epoch + 2147483749)]
    [InlineData((2 * Epoch) + 2147483748, 101, (2 * Epoch) + 101)]
    [InlineData((2 * Epoch) + 2147483749, 100, (3 * Epoch) + 100)]
    public void The_nearest_epoch_is_taken(ulong reference, uint xid, ulong wide) => Assert.Equal(wide, new XidEpoch(reference).Widen(xid));

    [Fact]
    public void A_stream_runs_through_any_number_of_epochs()
    {
        var epoch = new XidEpoch(700);
        for (ulong wide = 700; wide < 6 * Epoch; wide += 400_000_003)
            Assert.Equal(wide, epoch.Widen((uint)wide));
    }

    [Fact]
    public void Commits_that_are_not_in_the_order_of_their_ids_are_told_apart_around_the_wrap()
    {
        var epoch = new XidEpoch(Epoch + 3);
        Assert.Equal(Epoch - 2, epoch.Widen(uint.MaxValue - 1));
        Assert.Equal(Epoch + 4, epoch.Widen(4));
        Assert.Equal(Epoch - 1, epoch.Widen(uint.MaxValue));
        Assert.Equal(Epoch + 5, epoch.Widen(5));
    }
}
