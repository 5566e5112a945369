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

    private Task<TableVerification> CompareAsync(string?[][] source, string?[][] target, int kept = 10) =>
        BagComparison.RunAsync(Layout, () => Rows(source), () => Rows(target), kept, CancellationToken.None);

    private async IAsyncEnumerable<CanonicalRow> Rows(string?[][] rows)
    {
        _reads++;
        await Task.Yield();
        foreach (string?[] row in rows)
            yield return new CanonicalRow(row);
    }
}
