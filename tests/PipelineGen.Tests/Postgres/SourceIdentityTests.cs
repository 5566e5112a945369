using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public sealed class SourceIdentityTests
{
    private const string History = "1\t0/3000148\tno recovery target specified\n\n2\t1/A0\tbefore 2000-01-01 00:00:00+00\n";

    [Theory]
    [InlineData(1, "0/3000148", null)]
    [InlineData(1, "0/3000149", "left timeline 1 at 0/3000148, before the position 0/3000149")]
    [InlineData(2, "1/9F", null)]
    [InlineData(2, "1/A1", "left timeline 2 at 1/A0")]
    [InlineData(4, "0/1", "does not come from timeline 4")]
    public void A_position_that_the_server_has_never_reached_is_found(uint former, string position, string? gap)
    {
        string? found = SourceIdentity.FindGap(History, timeline: 3, former, Lsn.Parse(position));
        Assert.Equal(gap is null, found is null);
        Assert.Contains(gap ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_timeline_comes_from_no_other() =>
        Assert.Contains("does not come from timeline 2", SourceIdentity.FindGap("", timeline: 1, former: 2, new Lsn(1)), StringComparison.Ordinal);
}
