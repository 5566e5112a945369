using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline.Verification;

/// <summary>Append tables: no key, no order, and a row that was loaded twice stands twice.</summary>
public sealed class BagComparisonTests
{
    private static readonly TableLayout Layout = new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Key = [], IsAppendOnly = true,
        Columns = [CanonicalFormTests.Column("int4", "INT", "n"), CanonicalFormTests.Column("text", "VARCHAR(100)", "page")],
    };

    private int _reads;

    [Fact]
    public async Task The_same_rows_in_any_order_are_verified_in_one_pass()
    {
        TableVerification result = await CompareAsync([["1", "a"], ["1", "a"], ["2", null]], [["2", null], ["1", "a"], ["1", "a"]]);
        Assert.True(result.IsVerified);
        Assert.Equal((3, 3, 0), (result.SourceRows, result.TargetRows, result.DifferentRows));
        Assert.Equal(result.SourceChecksum, result.TargetChecksum);
        Assert.Equal(16, result.SourceChecksum.Length);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_row_that_was_loaded_twice_is_surplus()
    {
        TableVerification result = await CompareAsync([["1", "a"], ["2", "b"]], [["1", "a"], ["2", "b"], ["1", "a"], ["1", "a"]]);
        Assert.False(result.IsVerified);
        Assert.Equal(2, result.DifferentRows);
        Assert.Equal(["n=1, page=a (2 times): not in PostgreSQL"], result.Differences.Select(static d => d.ToString()));
    }

    [Fact]
    public async Task Missing_and_changed_rows_are_named_and_all_are_counted()
    {
        TableVerification result = await CompareAsync([["1", "a"], ["2", null], ["3", "c"]], [["1", "a"], ["2", ""], ["4", "d"]], kept: 3);
        Assert.False(result.IsVerified);
        Assert.Equal(4, result.DifferentRows);
        Assert.Equal(
            ["n=2, page=NULL: missing in StarRocks", "n=3, page=c: missing in StarRocks", "n=2, page=: not in PostgreSQL"],
            result.Differences.Select(static d => d.ToString()));
    }

    [Fact]
    public async Task Values_that_only_moved_between_columns_or_rows_differ()
    {
        Assert.False((await CompareAsync([["12", "3"]], [["1", "23"]])).IsVerified);
        Assert.False((await CompareAsync([["1", "a"], ["2", "b"]], [["1", "b"], ["2", "a"]])).IsVerified);
        Assert.True((await CompareAsync([], [])).IsVerified);
    }

    [Fact]
    public async Task While_rows_are_added_the_target_lies_between_two_readings()
    {
        // The second reading of the source has what the target lacks; the target has what the first one lacked.
        var sides = new ToldSides(
            [Rows(["1", "a"]), Rows(["1", "a"], ["2", "b"], ["3", "c"])],
            [Rows(["1", "a"], ["2", "b"])]);
        TableVerification result = await RunAsync(sides);

        Assert.True(result.IsVerified);
        Assert.Equal((2, 2, 0), (result.SourceRows, result.TargetRows, result.DifferentRows));
    }

    [Fact]
    public async Task Among_rows_that_are_added_those_that_are_missing_or_doubled_are_found()
    {
        var sides = new ToldSides(
            [.. Enumerable.Range(0, 6).Select(static i => Rows([["1", "a"], ["2", "b"], .. Enumerable.Range(10, 10 * i).Select(static n => new[] { $"{n}", "new" })]))],
            [.. Enumerable.Range(0, 6).Select(static i => Rows([["2", "b"], ["2", "b"], .. Enumerable.Range(10, 10 * i).Select(static n => new[] { $"{n}", "new" })]))]);
        TableVerification result = await RunAsync(sides);

        Assert.False(result.IsVerified);
        Assert.Equal(2, result.DifferentRows);
        Assert.Equal(["n=1, page=a: missing in StarRocks", "n=2, page=b: not in PostgreSQL"], result.Differences.Select(static d => d.ToString()));
    }

    [Fact]
    public async Task A_row_that_was_on_its_way_is_gone_at_the_second_look()
    {
        var sides = new ToldSides([Rows(["1", "a"], ["2", "b"])], [Rows(["1", "a"]), Rows(["1", "a"]), Rows(["1", "a"], ["2", "b"])]);
        Assert.True((await RunAsync(sides)).IsVerified);
    }

    [Fact]
    public async Task While_a_writer_may_have_been_streamed_unseen_nothing_is_a_difference()
    {
        TableVerification result = await RunAsync(new ToldSides([Rows(["1", "a"])], [Rows(["1", "a"], ["2", "b"])]) { Incomplete = int.MaxValue });
        Assert.True(result.IsVerified);
        Assert.Equal((0, 1), (result.DifferentRows, result.UnsettledRows));

        Assert.False((await RunAsync(new ToldSides([Rows(["1", "a"])], [Rows(["1", "a"], ["2", "b"])]) { Incomplete = 3 })).IsVerified);
    }

    private static string[][] Rows(params string[][] rows) => rows;

    private static Task<TableVerification> RunAsync(ToldSides sides) => new BagComparison(sides, Layout, 10).RunAsync(CancellationToken.None);

    private async Task<TableVerification> CompareAsync(string?[][] source, string?[][] target, int kept = 10)
    {
        var sides = new ToldSides([source], [target]) { IsLive = false };
        TableVerification result = await new BagComparison(sides, Layout, kept).RunAsync(CancellationToken.None);
        _reads = sides.Reads;
        return result;
    }

    /// <summary>Gives the n-th reading of a side as it was told, and the last one from then on.</summary>
    private sealed class ToldSides(string?[][][] source, string?[][][] target) : IBagSides
    {
        private int _sourceReads;
        private int _targetReads;

        public bool IsLive { get; init; } = true;

        public int Incomplete { get; set; }

        public int Reads => _sourceReads + _targetReads;

        public IAsyncEnumerable<CanonicalRow> ReadSourceAsync(CancellationToken cancellationToken) => Read(source[Math.Min(_sourceReads++, source.Length - 1)]);

        public IAsyncEnumerable<CanonicalRow> ReadTargetAsync(CancellationToken cancellationToken) => Read(target[Math.Min(_targetReads++, target.Length - 1)]);

        public Task PassAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<bool> OutlastWritersAsync(CancellationToken cancellationToken) => Task.FromResult(Incomplete-- <= 0);

        private static async IAsyncEnumerable<CanonicalRow> Read(string?[][] rows)
        {
            await Task.Yield();
            foreach (string?[] row in rows)
                yield return new CanonicalRow(row);
        }
    }
}
