using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>int2: big-endian, or decimal text.</summary>
public readonly struct Int2Codec : IColumnEncoder, IColumnDecoder<short>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static short Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Number(Read(column, value));

    private static short Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt16BigEndian(Wire.Fixed(column, value, 2))
        : (short)IntegerText.Read(column, value, short.MinValue, short.MaxValue);
}

/// <summary>int4: big-endian, or decimal text.</summary>
public readonly struct Int4Codec : IColumnEncoder, IColumnDecoder<int>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static int Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Number(Read(column, value));

    private static int Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt32BigEndian(Wire.Fixed(column, value, 4))
        : (int)IntegerText.Read(column, value, int.MinValue, int.MaxValue);
}

/// <summary>int8: big-endian, or decimal text.</summary>
public readonly struct Int8Codec : IColumnEncoder, IColumnDecoder<long>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static long Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Number(Read(column, value));

    private static long Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8))
        : IntegerText.Read(column, value, long.MinValue, long.MaxValue);
}

/// <summary>oid, xid, cid: unsigned, big-endian, or decimal text.</summary>
public readonly struct OidCodec : IColumnEncoder, IColumnDecoder<uint>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static uint Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Number((long)Read(column, value));

    private static uint Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadUInt32BigEndian(Wire.Fixed(column, value, 4))
        : (uint)IntegerText.Read(column, value, uint.MinValue, uint.MaxValue);
}

/// <summary>xid8 into LARGEINT: unsigned, big-endian, or decimal text (xid8send, xid8out).</summary>
public readonly struct Xid8Codec : IColumnEncoder, IColumnDecoder<ulong>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        // In quotes: some releases of StarRocks read a bare number into a LARGEINT by way of fewer bits.
        Span<byte> free = writer.Reserve(22);
        free[0] = (byte)'"';
        Read(column, value).TryFormat(free[1..], out int written, default, CultureInfo.InvariantCulture);
        free[written + 1] = (byte)'"';
        writer.Advance(written + 2);
    }

    public static ulong Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Number(Read(column, value));

    private static ulong Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadUInt64BigEndian(Wire.Fixed(column, value, 8));
        return Utf8Parser.TryParse(value.Bytes, out ulong number, out int read) && read == value.Bytes.Length && value.Bytes[0] != '+'
            ? number
            : throw ColumnValueException.Malformed(column, value, "not an unsigned 64-bit integer");
    }
}

internal static class IntegerText
{
    public static void Write(long number, ref LoadWriter writer)
    {
        number.TryFormat(writer.Reserve(20), out int written, default, CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    public static long Read(ColumnInfo column, ColumnValue value, long min, long max)
    {
        if (Utf8Parser.TryParse(value.Bytes, out long number, out int read) && read == value.Bytes.Length && number >= min && number <= max)
            return number;
        throw ColumnValueException.Malformed(column, value, $"not an integer between {min} and {max}");
    }
}
