using PipelineGen.Hosting;

namespace PipelineGen.Tests.Hosting;

public class UnitsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2000)]
    [InlineData("1.5s", 1500)]
    [InlineData("2 S", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:02", 2000)]
    [InlineData("00:00:00.5", 500)]
    [InlineData("0s", 0)]
    public void Durations(string text, double milliseconds)
    {
        Assert.True(Units.TryParseDuration(text, out TimeSpan value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("2 seconds")]
    [InlineData("Infinitys")]
    [InlineData("NaNms")]
    [InlineData("999999999999999999999999h")]
    public void No_durations(string text) => Assert.False(Units.TryParseDuration(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("512KB", 524288)]
    [InlineData("32mb", 33554432)]
    [InlineData("1.5 GB", 1610612736)]
    [InlineData("2TB", 2199023255552)]
    public void Sizes(string text, long bytes)
    {
        Assert.True(Units.TryParseSize(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("-1KB")]
    [InlineData("1.5")]
    [InlineData("KB")]
    [InlineData("10 XB")]
    [InlineData("InfinityGB")]
    [InlineData("99999999999999999999")]
    [InlineData("99999999999999999999TB")]
    public void No_sizes(string text) => Assert.False(Units.TryParseSize(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KB")]
    [InlineData(1536, "1.5 KB")]
    [InlineData(33554432, "32.0 MB")]
    [InlineData(10737418240, "10.0 GB")]
    [InlineData(long.MaxValue, "8589934592.0 GB")]
    public void Bytes_for_people(long bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));
}
