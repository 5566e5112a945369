using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// time into VARCHAR(15): int64 microseconds, or ISO text. Text, because StarRocks stores no TIME and 24:00:00 is a value.
/// A TimeOnly ends a microsecond before it; under <see cref="ValuePolicy.Clamp"/> that is what C# sees.
/// </summary>
public readonly struct TimeCodec : IColumnEncoder, IColumnDecoder<TimeOnly>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        long microseconds = Read(column, value);
        Span<byte> free = writer.Reserve(17);
        free[0] = (byte)'"';
        int length = PgCalendar.FormatTime(microseconds, free[1..]);
        if (TextWire.Exceeds(column, length))
        {
            OutsideDomain.Write<TimeCodec>(column, value, TextWire.TooLong(column, length), ref writer);
            return;
        }

        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static TimeOnly Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        long microseconds = Read(column, value);
        if (microseconds == PgCalendar.MicrosecondsPerDay)
        {
            if (column.Policy != ValuePolicy.Clamp)
                throw OutsideDomain.Error<TimeCodec>(column, value, "is not a TimeOnly");
            microseconds--;
        }

        return new TimeOnly(microseconds * TimeSpan.TicksPerMicrosecond);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) =>
        PgCalendar.PrintTime(Read(column, value), ref text);

    internal static long Read(ColumnInfo column, ColumnValue value)
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

/// <summary>time into BIGINT: microseconds since midnight, 86400000000 for 24:00:00.</summary>
public readonly struct TimeMicrosecondsCodec : IColumnEncoder, IColumnDecoder<TimeOnly>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        IntegerText.Write(TimeCodec.Read(column, value), ref writer);

    public static TimeOnly Decode(ColumnInfo column, ColumnValue value) => TimeCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => TimeCodec.Print(column, value, ref text);
}

/// <summary>timetz into VARCHAR(24), as Postgres prints it: int64 microseconds and int32 seconds west of UTC (timetz_send), or text.</summary>
public readonly struct TimeTzCodec : IColumnEncoder, IColumnDecoder<PgTimeTz>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WritePrinted<TimeTzCodec>(column, value, ref writer);

    public static PgTimeTz Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => Read(column, value).Print(ref text);

    private static PgTimeTz Read(ColumnInfo column, ColumnValue value)
    {
        if (!value.IsBinary)
            return PgTimeTz.TryParse(value.Bytes, out PgTimeTz time) ? time : throw ColumnValueException.Malformed(column, value, "not a timetz");
        ReadOnlySpan<byte> bytes = Wire.Fixed(column, value, 12);
        long microseconds = BinaryPrimitives.ReadInt64BigEndian(bytes);
        int west = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        return microseconds is >= 0 and <= PgCalendar.MicrosecondsPerDay && PgTimeTz.IsOffset(west)
            ? new PgTimeTz(microseconds, -west)
            : throw ColumnValueException.Malformed(column, value, "not a time of day with an offset");
    }
}
