using System.Globalization;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>PgNumeric, PgInterval and PgTimeTz: texts, equality and order as Postgres has them.</summary>
public class ValueTypeTests
{
    private const int Seed = 20261122;

    [Theory]
    [InlineData("1.0", "1.00")]
    [InlineData("0", "0.000")]
    [InlineData("-0", "0")]
    [InlineData("NaN", "nan")]
    [InlineData("inf", "+Infinity")]
    [InlineData("1e3", "1000")]
    [InlineData(" .5 ", "5e-1")]
    [InlineData("007.", "7")]
    public void Numerics_that_postgres_calls_equal_are_equal_and_hash_alike(string left, string right)
    {
        Assert.True(PgNumeric.Parse(left) == PgNumeric.Parse(right));
        Assert.Equal(PgNumeric.Parse(left).GetHashCode(), PgNumeric.Parse(right).GetHashCode());
    }

    [Theory]
    [InlineData("1e3", "1000")]
    [InlineData("1.50e1", "15.0")]
    [InlineData("1.5e-3", "0.0015")]
    [InlineData("12e-1", "1.2")]
    [InlineData("0.000e2", "0.0")]
    [InlineData("0e5", "0")]
    [InlineData("-.5", "-0.5")]
    [InlineData("-0.00", "0.00")]
    [InlineData("+007.10", "7.10")]
    [InlineData("5.", "5")]
    [InlineData("-iNf", "-Infinity")]
    [InlineData("0.05e1", "0.5")]
    [InlineData("0.05e3", "50")]
    public void A_numeric_is_printed_as_postgres_prints_that_input(string input, string printed) => Assert.Equal(printed, PgNumeric.Parse(input).ToString());

    [Fact]
    public void Numerics_stand_in_the_order_of_postgres()
    {
        string[] order = ["-Infinity", "-100000000000000000000000000000000000000001", "-10", "-9.99", "-0.5", "-0.05", "0", "0.049", "0.05", "0.5", "9", "10.01", "10.1", "100000000000000000000000000000000000000000", "Infinity", "NaN"];
        for (int i = 0; i < order.Length; i++)
        {
            for (int j = 0; j < order.Length; j++)
                Assert.True(Math.Sign(PgNumeric.Parse(order[i]).CompareTo(PgNumeric.Parse(order[j]))) == i.CompareTo(j), $"{order[i]} and {order[j]}");
        }
    }

    [Fact]
    public void Numerics_compare_as_decimals_do()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 5000; i++)
        {
            decimal left = RandomDecimal(random);
            decimal right = random.Next(4) == 0 ? left * 1.00m : RandomDecimal(random);
            PgNumeric first = Of(left);
            PgNumeric second = Of(right);
            string failed = $"seed {Seed}, {i}: {left} and {right}";
            Assert.True(Math.Sign(first.CompareTo(second)) == Math.Sign(left.CompareTo(right)), failed);
            Assert.True(first.Equals(second) == (left == right) && (left != right || first.GetHashCode() == second.GetHashCode()), failed);
            Assert.True(first.TryToDecimal(out decimal again) && again == left, failed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("-NaN")]
    [InlineData("1 2")]
    [InlineData("0x10")]
    [InlineData("1e131072")]
    [InlineData("1e-16384")]
    [InlineData("1e2147483648")]
    public void What_is_no_numeric_is_refused(string text)
    {
        Assert.False(PgNumeric.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PgNumeric.Parse(text));
    }

    [Theory]
    [InlineData(0, 0, 0, "PT0S")]
    [InlineData(14, 3, 14_706_789_000, "P1Y2M3DT4H5M6.789S")]
    [InlineData(-1, 1, -1, "P-1M1DT-0.000001S")]
    [InlineData(-13, 0, 0, "P-1Y-1M")]
    [InlineData(0, -2, 3_600_000_000, "P-2DT1H")]
    [InlineData(0, 0, -3_661_500_000, "PT-1H-1M-1.5S")]
    [InlineData(int.MaxValue, int.MinValue, long.MinValue, "P178956970Y7M-2147483648DT-2562047788H-54.775808S")]
    [InlineData(int.MaxValue, int.MaxValue, long.MaxValue, "infinity")]
    [InlineData(int.MinValue, int.MinValue, long.MinValue, "-infinity")]
    public void An_interval_is_printed_in_iso_8601_and_read_again(int months, int days, long microseconds, string text)
    {
        var interval = new PgInterval(months, days, microseconds);
        Assert.Equal(text, interval.ToString());
        Assert.Equal(interval, PgInterval.Parse(text));
    }

    [Fact]
    public void Any_interval_is_read_as_it_was_printed()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 5000; i++)
        {
            var interval = new PgInterval((int)(random.NextInt64() >> random.Next(64)), (int)-(random.NextInt64() >> random.Next(64)), (random.NextInt64() - long.MaxValue / 2) >> random.Next(63));
            Assert.True(PgInterval.TryParse(interval.ToString(), out PgInterval again) && again == interval, $"seed {Seed}, {i}: {interval}");
        }
    }

    [Theory]
    [InlineData("1 year 2 mons 3 days 04:05:06.789", "P1Y2M3DT4H5M6.789S")]
    [InlineData("-1 years -2 mons +3 days -04:05:06.789", "P-1Y-2M3DT-4H-5M-6.789S")]
    [InlineData("00:00:00", "PT0S")]
    [InlineData("1 mon", "P1M")]
    [InlineData("1 day -00:00:00.000001", "P1DT-0.000001S")]
    [InlineData("123456:00:00", "PT123456H")]
    public void The_postgres_style_is_read_too(string text, string iso) => Assert.Equal(iso, PgInterval.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1")]
    [InlineData("P1D1Y")]
    [InlineData("P1D1D")]
    [InlineData("P1.5D")]
    [InlineData("PT1S ")]
    [InlineData("P1YT")]
    [InlineData("PT1.1234567S")]
    [InlineData("P178956971Y")]
    [InlineData("P99999999999D")]
    [InlineData("1 week")]
    [InlineData("1 day 2 mons")]
    [InlineData("1 day ")]
    [InlineData("00:60:00")]
    [InlineData("é")]
    public void What_is_no_interval_is_refused(string text) => Assert.False(PgInterval.TryParse(text, out _));

    [Fact]
    public void Intervals_are_equal_by_parts_and_ordered_by_duration()
    {
        Assert.NotEqual(PgInterval.Parse("P1M"), PgInterval.Parse("P30D"));
        Assert.Equal(0, PgInterval.Parse("P1M").CompareDuration(PgInterval.Parse("P29DT24H")));
        Assert.True(PgInterval.Parse("P1M").CompareDuration(PgInterval.Parse("P31D")) < 0);
        Assert.True(PgInterval.Infinity.CompareDuration(PgInterval.Parse("P178956970Y")) > 0);
    }

    [Theory]
    [InlineData(0, 0, "00:00:00+00")]
    [InlineData(14_706_789_000, -28_800, "04:05:06.789-08")]
    [InlineData(86_400_000_000, 19_800, "24:00:00+05:30")]
    [InlineData(43_200_000_000, 1_172, "12:00:00+00:19:32")]
    [InlineData(1, -57_599, "00:00:00.000001-15:59:59")]
    public void A_timetz_is_printed_and_read(long microseconds, int offset, string text)
    {
        var time = new PgTimeTz(microseconds, offset);
        Assert.Equal(text, time.ToString());
        Assert.Equal(time, PgTimeTz.Parse(text));
    }

    [Fact]
    public void Timetz_stand_in_the_order_of_postgres()
    {
        // BinaryTextTests holds the order itself against a real server.
        string[] order = ["00:00:00+15", "12:00:00+02", "11:00:00+01", "10:00:00+00", "09:00:00-01", "12:00:00+00", "24:00:00-15:59:59"];
        Assert.Equal(order, order.Reverse().OrderBy(static t => PgTimeTz.Parse(t)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PgTimeTz(86_400_000_001, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PgTimeTz(0, 57_600));
        Assert.False(PgTimeTz.TryParse("12:00:00", out _));
        Assert.False(PgTimeTz.TryParse("12:00:00+16", out _));
    }

    private static decimal RandomDecimal(Random random) => new(random.Next() >> random.Next(31), random.Next(3) == 0 ? random.Next() : 0, 0, random.Next(2) == 0, (byte)random.Next(20));

    private static PgNumeric Of(decimal value) => PgNumeric.Parse(value.ToString(CultureInfo.InvariantCulture));
}
