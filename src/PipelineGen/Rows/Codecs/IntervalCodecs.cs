using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>interval into VARCHAR, as ISO 8601: int64 microseconds, int32 days, int32 months (interval_send), or either text style.</summary>
public readonly struct IntervalCodec : IColumnEncoder, IColumnDecoder<PgInterval>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WritePrinted<IntervalCodec>(column, value, ref writer);

    public static PgInterval Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => IntervalText.Print(Read(column, value), ref text);

    internal static PgInterval Read(ColumnInfo column, ColumnValue value)
    {
        if (!value.IsBinary)
            return PgInterval.TryParse(value.Bytes, out PgInterval interval) ? interval : throw ColumnValueException.Malformed(column, value, "not an interval");
        ReadOnlySpan<byte> bytes = Wire.Fixed(column, value, 16);
        return new PgInterval(BinaryPrimitives.ReadInt32BigEndian(bytes[12..]), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes));
    }
}

/// <summary>
/// interval into BIGINT, in microseconds; a day counts 24 hours. Months have no length and meet the policy, for which they
/// have no nearest value; what is too long, or infinite, clamps to the ends of BIGINT.
/// </summary>
public readonly struct IntervalMicrosecondsCodec : IColumnEncoder, IColumnDecoder<PgInterval>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        PgInterval interval = IntervalCodec.Read(column, value);
        Int128 total = ((Int128)interval.Days * PgCalendar.MicrosecondsPerDay) + interval.Microseconds;
        bool isInfinite = interval.IsInfinite;
        if (interval.Months != 0 && !isInfinite)
        {
            OutsideDomain.Write<IntervalMicrosecondsCodec>(column, value, "has months, whose length in microseconds depends on the calendar", ref writer);
            return;
        }

        if (isInfinite || total < long.MinValue || total > long.MaxValue)
        {
            if (column.Policy != ValuePolicy.Clamp)
            {
                OutsideDomain.Write<IntervalMicrosecondsCodec>(column, value, "does not fit a BIGINT of microseconds", ref writer);
                return;
            }

            total = total < 0 ? long.MinValue : long.MaxValue;
        }

        IntegerText.Write((long)total, ref writer);
    }

    public static PgInterval Decode(ColumnInfo column, ColumnValue value) => IntervalCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => IntervalCodec.Print(column, value, ref text);
}
