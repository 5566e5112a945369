using System.Globalization;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

public class DateTimeCodecTests
{
    private static readonly ColumnInfo Date = TestColumns.Of("date", "DATE");
    private static readonly ColumnInfo Time = TestColumns.Of("time", "VARCHAR(15)", maxBytes: 15);
    private static readonly ColumnInfo Timestamp = TestColumns.Of("timestamp", "DATETIME");
    private static readonly ColumnInfo TimestampTz = TestColumns.Of("timestamptz", "DATETIME");
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("2000-01-01")]
    [InlineData("1999-12-31")]
    [InlineData("2024-02-29")]
    [InlineData("1900-02-28")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("1582-10-10")]
    public void Dates(string text)
    {
        DateOnly date = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Carried.Both<DateCodec, DateOnly>(Date, PgBinary.Int32(date.DayNumber - DateOnly.FromDateTime(Epoch).DayNumber), text, $"\"{text}\"", date);
    }

    [Theory]
    [InlineData(int.MaxValue, "infinity")]
    [InlineData(int.MinValue, "-infinity")]
    [InlineData(-730120, "0001-12-31 BC")]
    [InlineData(-2451545, "4714-11-24 BC")]
    [InlineData(2921940, "10000-01-01")]
    [InlineData(2145031948, "5874897-12-31")]
    public void Dates_that_a_DATE_lacks_are_refused(int days, string text)
    {
        Carried.NeitherEncodes<DateCodec>(Date, PgBinary.Int32(days), text, "is not a date between 0001-01-01 and 9999-12-31");
        Carried.NeitherDecodes<DateCodec, DateOnly>(Date, PgBinary.Int32(days), text, "is not a date between");
    }

    [Fact]
    public void Every_day_of_the_calendar_is_the_same_in_both_formats()
    {
        for (int day = 0; day <= DateOnly.MaxValue.DayNumber; day += 11)
        {
            DateOnly date = DateOnly.FromDayNumber(day);
            string text = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Assert.True(PgCalendar.TryParseDate(System.Text.Encoding.ASCII.GetBytes(text), out int parsed));
            Assert.Equal(day - PgCalendar.EpochDayNumber, parsed);
        }
    }

    [Theory]
    [InlineData(0, "00:00:00", "00:00:00")]
    [InlineData(1, "00:00:00.000001", "00:00:00.000001")]
    [InlineData(43_200_500_000, "12:00:00.5", "12:00:00.500000")]
    [InlineData(86_399_999_999, "23:59:59.999999", "23:59:59.999999")]
    [InlineData(45_296_120_000, "12:34:56.12", "12:34:56.120000")]
    public void Times(long microseconds, string text, string json) =>
        Carried.Both<TimeCodec, TimeOnly>(Time, PgBinary.Int64(microseconds), text, $"\"{json}\"", new TimeOnly(microseconds * 10));

    [Fact]
    public void The_end_of_the_day_is_kept_in_the_text_and_is_no_TimeOnly()
    {
        Assert.Equal("\"24:00:00\"", Carried.Json<TimeCodec>(Time, ColumnFormat.Binary, PgBinary.Int64(86_400_000_000)));
        Assert.Equal("\"24:00:00\"", Carried.Json<TimeCodec>(Time, ColumnFormat.Text, "24:00:00"u8));
        Carried.NeitherDecodes<TimeCodec, TimeOnly>(Time, PgBinary.Int64(86_400_000_000), "24:00:00", "24:00:00");
        Carried.NeitherEncodes<TimeCodec>(Time, PgBinary.Int64(86_400_000_001), "24:00:00.000001", "not a");
        Carried.NeitherEncodes<TimeCodec>(Time, PgBinary.Int64(-1), "-1:00:00", "not a");
    }

    [Theory]
    [InlineData("2000-01-01 00:00:00", "2000-01-01 00:00:00")]
    [InlineData("1999-12-31 23:59:59.999999", "1999-12-31 23:59:59.999999")]
    [InlineData("0001-01-01 00:00:00", "0001-01-01 00:00:00")]
    [InlineData("9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999")]
    [InlineData("2024-02-29 12:00:00.1", "2024-02-29 12:00:00.100000")]
    public void Timestamps(string text, string json)
    {
        DateTime value = DateTime.Parse(text, CultureInfo.InvariantCulture);
        byte[] binary = PgBinary.Int64((value.Ticks - Epoch.Ticks) / 10);
        Carried.Both<TimestampCodec, DateTime>(Timestamp, binary, text, $"\"{json}\"", value);
        Assert.Equal(DateTimeKind.Unspecified, TimestampCodec.Decode(Timestamp, new ColumnValue(ColumnFormat.Binary, binary)).Kind);
        Carried.Both<TimestampTzCodec, DateTime>(TimestampTz, binary, text + "+00", $"\"{json}\"", value);
        Assert.Equal(DateTimeKind.Utc, TimestampTzCodec.Decode(TimestampTz, new ColumnValue(ColumnFormat.Binary, binary)).Kind);
    }

    [Theory]
    [InlineData("2024-01-01 00:30:00+01", "2023-12-31 23:30:00")]
    [InlineData("2024-01-01 00:30:00-01", "2024-01-01 01:30:00")]
    [InlineData("2024-01-01 00:00:00+05:30", "2023-12-31 18:30:00")]
    [InlineData("2024-01-01 00:00:00-03:30", "2024-01-01 03:30:00")]
    [InlineData("1890-01-01 00:00:00+01:05:20", "1889-12-31 22:54:40")]
    [InlineData("1890-01-01 00:00:00.5-00:00:52", "1890-01-01 00:00:52.500000")]
    [InlineData("0001-12-31 23:00:00-02 BC", "0001-01-01 01:00:00")]
    public void Offsets_are_taken_off(string text, string json) =>
        Assert.Equal($"\"{json}\"", Carried.Json<TimestampTzCodec>(TimestampTz, ColumnFormat.Text, System.Text.Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(long.MaxValue, "infinity")]
    [InlineData(long.MinValue, "-infinity")]
    [InlineData(-63082281600000001, "0001-12-31 23:59:59.999999 BC")]
    [InlineData(-211813488000000000, "4714-11-24 00:00:00 BC")]
    [InlineData(252455616000000000, "10000-01-01 00:00:00")]
    [InlineData(9223371331199999999, "294276-12-31 23:59:59.999999")]
    public void Timestamps_that_a_DATETIME_lacks_are_refused(long microseconds, string text)
    {
        Carried.NeitherEncodes<TimestampCodec>(Timestamp, PgBinary.Int64(microseconds), text, "is not between the years 0001 and 9999");
        Carried.NeitherDecodes<TimestampCodec, DateTime>(Timestamp, PgBinary.Int64(microseconds), text, "is not between the years 0001 and 9999");
        string withOffset = text.Contains("inf", StringComparison.Ordinal) ? text : text.EndsWith(" BC", StringComparison.Ordinal) ? text[..^3] + "+00 BC" : text + "+00";
        Carried.NeitherEncodes<TimestampTzCodec>(TimestampTz, PgBinary.Int64(microseconds), withOffset, "is not between the years 0001 and 9999");
    }

    [Fact]
    public void A_last_moment_that_its_offset_moves_out_of_the_calendar_is_refused() =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<TimestampTzCodec>(TimestampTz, ColumnFormat.Text, "9999-12-31 23:59:59-01"u8));

    [Theory]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01")]
    [InlineData("01/02/2024 00:00:00")]
    [InlineData("2024-13-01 00:00:00")]
    [InlineData("2024-01-01 25:00:00")]
    [InlineData("2024-01-01 00:00:00.")]
    [InlineData("2024-01-01 00:00:00.1234567")]
    [InlineData("2024-01-01 00:00:00+00")]
    [InlineData("999999-01-01 00:00:00")]
    [InlineData("")]
    public void Text_of_another_DateStyle_is_refused(string text) =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<TimestampCodec>(Timestamp, ColumnFormat.Text, System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void No_year_that_a_timestamp_text_can_name_wraps_into_the_calendar()
    {
        // Postgres ends at 294276; digits beyond are torn bytes, and must not come out as a moment of our time.
        for (int year = 294_277; year <= 999_999; year += 97)
            Assert.Throws<ColumnValueException>(() => Carried.Json<TimestampCodec>(Timestamp, ColumnFormat.Text, System.Text.Encoding.ASCII.GetBytes($"{year}-06-15 12:00:00")));
    }

    [Fact]
    public void A_timestamptz_without_offset_is_refused() =>
        Assert.Throws<ColumnValueException>(() => Carried.Json<TimestampTzCodec>(TimestampTz, ColumnFormat.Text, "2024-01-01 00:00:00"u8));
}
