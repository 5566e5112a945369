using PipelineGen.StarRocks;
using static PipelineGen.Tests.StarRocks.LoadFixtures;

namespace PipelineGen.Tests.StarRocks;

public sealed class StarRocksServerTests
{
    [Theory]
    [InlineData("3.2.6-abc", "")]
    [InlineData("3.2.7", "gzip")]
    [InlineData("3.3.1-abc", "gzip")]
    [InlineData("3.3.2-abc", "gzip rename")]
    [InlineData("3.4.0", "gzip rename merge")]
    [InlineData("3.5.3-c9f1e8f", "gzip rename merge sql")]
    [InlineData("3.5.4-c9f1e8f", "gzip rename merge sql prepared")]
    [InlineData("4.0.0-RC1", "gzip rename merge sql prepared multi decimal")]
    [InlineData("4.1.2 PipelineGen LocalStarRocks, a stand-in for tests", "gzip rename merge sql prepared multi decimal")]
    [InlineData("10.0.1", "gzip rename merge sql prepared multi decimal")]
    [InlineData("main-4a5b", "")]
    [InlineData("4", "")]
    [InlineData("4.x", "")]
    [InlineData("99999999999.1.1", "")]
    public void Features_follow_the_version_and_an_unreadable_one_has_none(string version, string features)
    {
        StarRocksServer server = StarRocksServer.Of(version, "8.0.33", "");
        string found = string.Join(' ', new[]
        {
            server.CompressedJson ? "gzip" : "", server.RenameColumn ? "rename" : "", server.MergeCommit ? "merge" : "", server.SqlTransactions ? "sql" : "",
            server.PreparedTimeout ? "prepared" : "", server.MultiTableTransactions ? "multi" : "", server.Decimal256 ? "decimal" : "",
        }.Where(name => name.Length > 0));
        Assert.Equal(features, found);
    }

    [Fact]
    public void A_server_without_current_version_has_no_features_whatever_its_mysql_version()
    {
        StarRocksServer server = StarRocksServer.Of(null, "10.11.6-MariaDB", "Debian 12");
        Assert.Equal((null, 0, 0, 0, false), (server.Version, server.Major, server.Minor, server.Patch, server.MultiTableTransactions));
        Assert.Equal("unknown server 10.11.6-MariaDB (Debian 12): no feature assumed", server.Describe());
    }

    [Fact]
    public void One_line_tells_what_it_is_and_can()
    {
        StarRocksServer server = StarRocksServer.Of("3.5.2-c9f1e8f", "", "StarRocks version 3.5.2");
        Assert.Equal((3, 5, 2), (server.Major, server.Minor, server.Patch));
        Assert.Equal("StarRocks 3.5.2-c9f1e8f (StarRocks version 3.5.2): SQL transactions, merge commit, rename column, compressed JSON; not: multi-table transactions, prepared timeout, DECIMAL256", server.Describe());
        Assert.DoesNotContain('\n', server.Describe());
        Assert.False(server.IsStandIn);
        Assert.True(StarRocksServer.Of("4.1.0", "", "PipelineGen LocalStarRocks (stand-in, not StarRocks)").IsStandIn);
    }

    [Fact]
    public async Task It_is_read_over_sql()
    {
        await using var server = new FakeMySqlServer((sql, session) => sql switch
        {
            "SELECT current_version()" => session.ResultAsync(["v"], ["4.0.1-abc"]),
            "SELECT @@version_comment" => session.ErrorAsync(1193, "HY000", "Unknown system variable"),
            _ => session.ErrorAsync(1064, "HY000", "unexpected"),
        }) { User = "loader", Password = "s3cret!" };
        await using var client = new SqlClient(Options(new Uri("http://fe:8030")) with { QueryEndpoint = server.Endpoint });
        StarRocksServer found = await new TargetSchema(client).GetServerAsync(default).WaitAsync(Patience);
        Assert.Equal(new StarRocksServer("4.0.1-abc", "") { Version = new Version(4, 0, 1) }, found);
    }
}
