using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline.Verification;

public sealed class RowChecksumTests
{
    private static readonly TableLayout Layout = new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Key = [0],
        Columns = [CanonicalFormTests.Column("int4", "INT", "id", isKey: true), CanonicalFormTests.Column("text", "VARCHAR(100)", "note")],
    };

    [Fact]
    public void Null_and_empty_and_shifted_values_have_other_hashes()
    {
        using var hash = new RowChecksum();
        string?[][] rows = [["1", null], ["1", ""], ["", "1"], ["1", "1"], ["11", ""], ["1", "é"], ["1", new string('x', 100_000)]];

        Assert.Distinct(rows.Select(row => hash.Of(row)));
        Assert.Equal(hash.Of(rows[1]), hash.Of(new CanonicalRow(["1", ""])));
    }

    [Fact]
    public void A_sum_is_the_same_in_any_order_and_counts_a_row_twice()
    {
        var left = default(RowSum);
        var right = default(RowSum);
        left.Add(UInt128.MaxValue);
        left.Add(5);
        right.Add(5);
        right.Add(UInt128.MaxValue);
        Assert.Equal(left, right);
        Assert.Equal(16, left.Print().Length);

        right.Add(0);
        Assert.NotEqual(left, right);
    }

    [Fact]
    public void Long_values_are_shown_where_they_differ()
    {
        string same = new('s', 5000);
        RowDifference difference = Assert.Single(DifferenceText.Of(Layout, RowDifferenceKind.Value, "id=1", new CanonicalRow(["1", same + "left"]), new CanonicalRow(["1", same + "right"])));

        Assert.EndsWith("ssleft", difference.Source, StringComparison.Ordinal);
        Assert.EndsWith("ssright", difference.Target, StringComparison.Ordinal);
        Assert.True(difference.Source!.Length < 200);
    }

    [Fact]
    public void A_row_that_changed_before_it_was_described_keeps_its_key()
    {
        RowDifference difference = Assert.Single(DifferenceText.Of(Layout, RowDifferenceKind.Value, "id=1", new CanonicalRow(["1", "a"]), new CanonicalRow(["1", "a"])));
        Assert.Equal("id=1: differed, and has changed since", difference.ToString());
        Assert.Equal("id=1: missing in StarRocks", Assert.Single(DifferenceText.Of(Layout, RowDifferenceKind.Missing, "id=1", null, null)).ToString());
    }
}
