using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public class LsnTests
{
    [Theory]
    [InlineData("0/0", 0ul)]
    [InlineData("0/1", 1ul)]
    [InlineData("16/B374D848", 0x16_B374D848ul)]
    [InlineData("FFFFFFFF/FFFFFFFF", ulong.MaxValue)]
    [InlineData("1/0", 1ul << 32)]
    public void It_reads_and_prints_as_postgres_does(string text, ulong value)
    {
        Assert.Equal(new Lsn(value), Lsn.Parse(text));
        Assert.Equal(text, new Lsn(value).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("0")]
    [InlineData("0/")]
    [InlineData("/0")]
    [InlineData("0/G")]
    [InlineData("0/1/2")]
    [InlineData("100000000/0")]
    [InlineData("-1/0")]
    [InlineData(" 0/0")]
    [InlineData("0x1/0")]
    public void Anything_else_is_refused(string text) => Assert.Contains(text, Assert.Throws<FormatException>(() => Lsn.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void It_is_ordered_as_a_number_and_not_as_text()
    {
        Lsn small = Lsn.Parse("9/0");
        Lsn large = Lsn.Parse("10/0");
        Assert.True(small < large && large > small && small <= large && large >= small);
        Assert.Equal(large, Lsn.Max(small, large));
        Assert.Equal(large, Lsn.Max(large, small));
        Assert.True(small.CompareTo(large) < 0);
        // Beyond the signed range too.
        Assert.True(new Lsn(ulong.MaxValue) > new Lsn(1));
    }

    [Fact]
    public void Distance_is_never_negative()
    {
        Assert.Equal(5, new Lsn(15).BytesSince(new Lsn(10)));
        Assert.Equal(0, new Lsn(10).BytesSince(new Lsn(15)));
        Assert.Equal(Lsn.Zero, default);
    }
}
