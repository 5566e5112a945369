using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>date into DATE: int32 days since 2000-01-01, or ISO text.</summary>
public readonly struct DateCodec : IColumnEncoder, IColumnDecoder<DateOnly>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        int day = Read(column, value);
        Span<byte> free = writer.Reserve(12);
        free[0] = (byte)'"';
        PgCalendar.FormatDate(day, free[1..]);
        free[11] = (byte)'"';
        writer.Advance(12);
    }

    public static DateOnly Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return DateOnly.FromDayNumber(Read(column, value) + PgCalendar.EpochDayNumber);
    }

    private static int Read(ColumnInfo column, ColumnValue value)
    {
        int day;
        if (value.IsBinary)
            day = BinaryPrimitives.ReadInt32BigEndian(Wire.Fixed(column, value, 4));
        else if (!PgCalendar.TryParseDate(value.Bytes, out day))
            throw ColumnValueException.Malformed(column, value, "not an ISO date");
        if (day is < PgCalendar.MinDay or > PgCalendar.MaxDay)
            throw ColumnValueException.OutOfDomain(column, value.IsBinary ? DescribeDay(day) : ColumnValueException.TextOf(value.Bytes), "is not a date between 0001-01-01 and 9999-12-31");
        return day;
    }

    private static string DescribeDay(int day) => day switch
    {
        int.MaxValue => "infinity",
        int.MinValue => "-infinity",
        _ => $"2000-01-01 {day:+#;-#;+0} days",
    };
}

/// <summary>
/// time into VARCHAR(15): int64 microseconds, or ISO text. Text, because StarRocks stores no TIME and 24:00:00 is a value.
/// </summary>
public readonly struct TimeCodec : IColumnEncoder, IColumnDecoder<TimeOnly>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        long microseconds = Read(column, value);
        Span<byte> free = writer.Reserve(17);
        free[0] = (byte)'"';
        int length = PgCalendar.FormatTime(microseconds, free[1..]);
        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static TimeOnly Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        long microseconds = Read(column, value);
        return microseconds < PgCalendar.MicrosecondsPerDay
            ? new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond)
            : throw ColumnValueException.OutOfDomain(column, "24:00:00", "is not a TimeOnly");
    }

    private static long Read(ColumnInfo column, ColumnValue value)
    {
        long microseconds;
        if (value.IsBinary)
            microseconds = BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8));
        else if (!PgCalendar.TryParseTime(value.Bytes, out microseconds))
            throw ColumnValueException.Malformed(column, value, "not an ISO time");
        return microseconds is >= 0 and <= PgCalendar.MicrosecondsPerDay
            ? microseconds
            : throw ColumnValueException.Malformed(column, value, "not a time of day");
    }
}

/// <summary>timestamp into DATETIME: int64 microseconds since 2000-01-01, or ISO text.</summary>
public readonly struct TimestampCodec : IColumnEncoder, IColumnDecoder<DateTime>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TimestampWire.Write(TimestampWire.Read(column, value, withOffset: false), ref writer);

    public static DateTime Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return TimestampWire.ToDateTime(TimestampWire.Read(column, value, withOffset: false), DateTimeKind.Unspecified);
    }
}

/// <summary>
/// timestamptz into DATETIME in UTC: the same wire format, already in UTC when binary. StarRocks ignores an offset in the
/// text (STARROCKS.md, 'most likely to bite', 1), so none is written.
/// </summary>
public readonly struct TimestampTzCodec : IColumnEncoder, IColumnDecoder<DateTime>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TimestampWire.Write(TimestampWire.Read(column, value, withOffset: true), ref writer);

    public static DateTime Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return TimestampWire.ToDateTime(TimestampWire.Read(column, value, withOffset: true), DateTimeKind.Utc);
    }
}

internal static class TimestampWire
{
    public static long Read(ColumnInfo column, ColumnValue value, bool withOffset)
    {
        long microseconds;
        if (value.IsBinary)
            microseconds = BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8));
        else if (!PgCalendar.TryParseTimestamp(value.Bytes, withOffset, out microseconds))
            throw ColumnValueException.Malformed(column, value, "not an ISO timestamp");
        if (microseconds is < PgCalendar.MinTimestamp or > PgCalendar.MaxTimestamp)
            throw ColumnValueException.OutOfDomain(column, value.IsBinary ? Describe(microseconds) : ColumnValueException.TextOf(value.Bytes), "is not between the years 0001 and 9999");
        return microseconds;
    }

    public static void Write(long microseconds, ref LoadWriter writer)
    {
        // Floor division: the time of day counts up from midnight before 2000 too.
        long day = Math.DivRem(microseconds, PgCalendar.MicrosecondsPerDay, out long ofDay);
        if (ofDay < 0)
        {
            day--;
            ofDay += PgCalendar.MicrosecondsPerDay;
        }

        Span<byte> free = writer.Reserve(28);
        free[0] = (byte)'"';
        PgCalendar.FormatDate((int)day, free[1..]);
        free[11] = (byte)' ';
        int length = PgCalendar.FormatTime(ofDay, free[12..]);
        free[length + 12] = (byte)'"';
        writer.Advance(length + 13);
    }

    public static DateTime ToDateTime(long microseconds, DateTimeKind kind) =>
        new DateTime(2000, 1, 1, 0, 0, 0, kind).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static string Describe(long microseconds) => microseconds switch
    {
        long.MaxValue => "infinity",
        long.MinValue => "-infinity",
        _ => $"2000-01-01 {microseconds:+#;-#;+0} microseconds",
    };
}
