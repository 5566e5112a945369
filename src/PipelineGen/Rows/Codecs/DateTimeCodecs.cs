using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// date into DATE: int32 days since 2000-01-01, or ISO text. The infinities, years before Christ and beyond 9999 meet the
/// policy; <see cref="ValuePolicy.Clamp"/> makes them 0001-01-01 or 9999-12-31.
/// </summary>
public readonly struct DateCodec : IColumnEncoder, IColumnDecoder<DateOnly>, IPgText
{
    private const string Outside = "is not a date between 0001-01-01 and 9999-12-31";

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (!TryRead(column, value, out int day))
        {
            OutsideDomain.Write<DateCodec>(column, value, Outside, ref writer);
            return;
        }

        Span<byte> free = writer.Reserve(12);
        free[0] = (byte)'"';
        PgCalendar.FormatDate(day, free[1..]);
        free[11] = (byte)'"';
        writer.Advance(12);
    }

    public static DateOnly Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return TryRead(column, value, out int day)
            ? DateOnly.FromDayNumber(day + PgCalendar.EpochDayNumber)
            : throw OutsideDomain.Error<DateCodec>(column, value, Outside);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        int day = Read(column, value);
        if (value.IsBinary)
            PgCalendar.PrintDate(day, ref text);
        else
            text.Raw(value.Bytes);
    }

    internal static int Read(ColumnInfo column, ColumnValue value)
    {
        int day;
        if (value.IsBinary)
            day = BinaryPrimitives.ReadInt32BigEndian(Wire.Fixed(column, value, 4));
        else if (!PgCalendar.TryParseDate(value.Bytes, out day))
            throw ColumnValueException.Malformed(column, value, "not an ISO date");
        return PgCalendar.IsDate(day) ? day : throw ColumnValueException.Malformed(column, value, "not a day of Postgres' calendar");
    }

    private static bool TryRead(ColumnInfo column, ColumnValue value, out int day)
    {
        day = Read(column, value);
        if (day is >= PgCalendar.MinDay and <= PgCalendar.MaxDay)
            return true;
        if (column.Policy != ValuePolicy.Clamp)
            return false;
        day = Math.Clamp(day, PgCalendar.MinDay, PgCalendar.MaxDay);
        return true;
    }
}

/// <summary>timestamp into DATETIME: int64 microseconds since 2000-01-01, or ISO text; outside the years 1 to 9999 as <see cref="DateCodec"/>.</summary>
public readonly struct TimestampCodec : IColumnEncoder, IColumnDecoder<DateTime>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TimestampWire.Write<TimestampCodec>(column, value, withOffset: false, ref writer);

    public static DateTime Decode(ColumnInfo column, ColumnValue value) =>
        TimestampWire.ToDateTime<TimestampCodec>(column, value, withOffset: false, DateTimeKind.Unspecified);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) =>
        TimestampWire.Print(column, value, withOffset: false, ref text);
}

/// <summary>
/// timestamptz into DATETIME in UTC: the same wire format, already in UTC when binary. StarRocks ignores an offset in the
/// text (STARROCKS.md, 'most likely to bite', 1), so none is written.
/// </summary>
public readonly struct TimestampTzCodec : IColumnEncoder, IColumnDecoder<DateTime>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TimestampWire.Write<TimestampTzCodec>(column, value, withOffset: true, ref writer);

    public static DateTime Decode(ColumnInfo column, ColumnValue value) =>
        TimestampWire.ToDateTime<TimestampTzCodec>(column, value, withOffset: true, DateTimeKind.Utc);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) =>
        TimestampWire.Print(column, value, withOffset: true, ref text);
}

internal static class TimestampWire
{
    private const string Outside = "is not between the years 0001 and 9999";

    public static void Write<TText>(ColumnInfo column, scoped ColumnValue value, bool withOffset, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        if (!TryRead(column, value, withOffset, out long microseconds))
        {
            OutsideDomain.Write<TText>(column, value, Outside, ref writer);
            return;
        }

        int day = PgCalendar.DayOf(microseconds, out long ofDay);
        Span<byte> free = writer.Reserve(28);
        free[0] = (byte)'"';
        PgCalendar.FormatDate(day, free[1..]);
        free[11] = (byte)' ';
        int length = PgCalendar.FormatTime(ofDay, free[12..]);
        free[length + 12] = (byte)'"';
        writer.Advance(length + 13);
    }

    public static DateTime ToDateTime<TText>(ColumnInfo column, ColumnValue value, bool withOffset, DateTimeKind kind)
        where TText : struct, IPgText
    {
        Wire.Present(column, value);
        return TryRead(column, value, withOffset, out long microseconds)
            ? new DateTime(2000, 1, 1, 0, 0, 0, kind).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            : throw OutsideDomain.Error<TText>(column, value, Outside);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, bool withOffset, ref PgTextWriter text)
    {
        long microseconds = Read(column, value, withOffset);
        if (value.IsBinary)
            PgCalendar.PrintTimestamp(microseconds, withOffset, ref text);
        else
            text.Raw(value.Bytes);
    }

    private static bool TryRead(ColumnInfo column, ColumnValue value, bool withOffset, out long microseconds)
    {
        microseconds = Read(column, value, withOffset);
        if (microseconds is >= PgCalendar.MinTimestamp and <= PgCalendar.MaxTimestamp)
            return true;
        if (column.Policy != ValuePolicy.Clamp)
            return false;
        microseconds = Math.Clamp(microseconds, PgCalendar.MinTimestamp, PgCalendar.MaxTimestamp);
        return true;
    }

    internal static long Read(ColumnInfo column, ColumnValue value, bool withOffset)
    {
        long microseconds;
        if (value.IsBinary)
            microseconds = BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8));
        else if (!PgCalendar.TryParseTimestamp(value.Bytes, withOffset, out microseconds))
            throw ColumnValueException.Malformed(column, value, "not an ISO timestamp");
        return PgCalendar.IsTimestamp(microseconds) ? microseconds : throw ColumnValueException.Malformed(column, value, "not a moment of Postgres' calendar");
    }
}
