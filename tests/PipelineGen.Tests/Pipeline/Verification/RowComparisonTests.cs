using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline.Verification;

public sealed class RowComparisonTests
{
    private static readonly TableLayout Layout = new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Key = [1, 0],
        Columns =
        [
            CanonicalFormTests.Column("text", "VARCHAR(100)", "name", isKey: true),
            CanonicalFormTests.Column("int4", "INT", "id", isKey: true),
            CanonicalFormTests.Column("text", "VARCHAR(100)", "note"),
        ],
    };

    [Fact]
    public async Task Equal_rows_are_verified_by_count_and_checksum()
    {
        TableVerification result = await CompareAsync([["a", "2", "x"], ["a", "10", null]], [["a", "2", "x"], ["a", "10", null]]);

        Assert.True(result.IsVerified);
        Assert.Equal((2, 2, 0), (result.SourceRows, result.TargetRows, result.DifferentRows));
        Assert.Equal(result.SourceChecksum, result.TargetChecksum);
        Assert.Equal(16, result.SourceChecksum.Length);
    }

    [Fact]
    public async Task Missing_surplus_and_different_rows_are_told_apart()
    {
        TableVerification result = await CompareAsync(
            [["a", "1", "x"], ["a", "2", "y"], ["a", "4", "z"]],
            [["a", "2", null], ["a", "3", "s"], ["a", "4", "z"], ["a", "5", "t"]]);

        Assert.False(result.IsVerified);
        Assert.Equal(4, result.DifferentRows);
        Assert.Equal(
        [
            "id=1, name=a: missing in StarRocks",
            "id=2, name=a: note is 'y' in PostgreSQL and NULL in StarRocks",
            "id=3, name=a: not in PostgreSQL",
            "id=5, name=a: not in PostgreSQL",
        ], result.Differences.Select(static d => d.ToString()));
    }

    [Fact]
    public async Task Null_and_empty_and_shifted_values_have_other_checksums()
    {
        TableVerification nulls = await CompareAsync([["a", "1", null]], [["a", "1", ""]]);
        TableVerification shifted = await CompareAsync([["ab", "1", "c"]], [["a", "1", "bc"]]);

        Assert.NotEqual(nulls.SourceChecksum, nulls.TargetChecksum);
        Assert.NotEqual(shifted.SourceChecksum, shifted.TargetChecksum);
        Assert.False(nulls.IsVerified);
    }

    [Fact]
    public async Task All_differences_are_counted_and_the_first_are_kept()
    {
        TableVerification result = await CompareAsync([.. Enumerable.Range(1, 50).Select(static i => new[] { "a", $"{i}", "x" })], []);

        Assert.Equal(50, result.DifferentRows);
        Assert.Equal(10, result.Differences.Count);
    }

    [Fact]
    public async Task Long_values_are_shown_where_they_differ()
    {
        string same = new('s', 5000);
        TableVerification result = await CompareAsync([["a", "1", same + "left"]], [["a", "1", same + "right"]]);

        RowDifference difference = Assert.Single(result.Differences);
        Assert.EndsWith("ssleft", difference.Source, StringComparison.Ordinal);
        Assert.EndsWith("ssright", difference.Target, StringComparison.Ordinal);
        Assert.True(difference.Source!.Length < 200);
    }

    [Fact]
    public async Task Keys_stand_in_the_order_of_their_bytes_and_numbers()
    {
        // U+FF5E is below U+1F600 in UTF-8 and above it in UTF-16; 9 is below 10 as a number and above it as a text.
        TableVerification result = await CompareAsync([["～", "9", "x"], ["😀", "9", "x"], ["a", "10", "x"]], [["～", "9", "x"], ["😀", "9", "x"], ["a", "10", "x"]]);

        Assert.True(result.IsVerified);
    }

    [Fact]
    public async Task A_side_out_of_order_is_an_error_and_no_result()
    {
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => CompareAsync([["a", "1", "x"]], [["a", "2", "x"], ["a", "1", "x"]]));

        Assert.Contains("StarRocks gave the row id=1, name=a after id=2, name=a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_queries_ask_for_the_order_that_is_checked()
    {
        Assert.Equal("""SELECT "name", "id", "note" FROM ONLY "public"."t" ORDER BY "id", concat("name") COLLATE "C" """.TrimEnd(), SourceRows.Select(Layout));
        Assert.Equal("SELECT `name`, `id`, `note` FROM `t` ORDER BY `id`, `name`", TargetRows.Select(Layout));
    }

    private static Task<TableVerification> CompareAsync(string?[][] source, string?[][] target) =>
        RowComparison.RunAsync(Layout, Rows(source), Rows(target), 10, CancellationToken.None);

    private static async IAsyncEnumerable<CanonicalRow> Rows(string?[][] rows)
    {
        foreach (string?[] row in rows)
        {
            await Task.Yield();
            yield return new CanonicalRow(row);
        }
    }
}
