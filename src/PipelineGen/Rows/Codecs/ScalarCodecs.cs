using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>bool: one byte, or <c>t</c>/<c>f</c>.</summary>
public readonly struct BoolCodec : IColumnEncoder, IColumnDecoder<bool>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        writer.Raw(Read(column, value) ? "true"u8 : "false"u8);

    public static bool Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static bool Read(ColumnInfo column, ColumnValue value)
    {
        byte b = Wire.Fixed(column, value, 1)[0];
        return (value.IsBinary, b) switch
        {
            (true, 0) or (false, (byte)'f') => false,
            (true, 1) or (false, (byte)'t') => true,
            _ => throw ColumnValueException.Malformed(column, value, "neither true nor false"),
        };
    }
}

/// <summary>int2: big-endian, or decimal text.</summary>
public readonly struct Int2Codec : IColumnEncoder, IColumnDecoder<short>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static short Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static short Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt16BigEndian(Wire.Fixed(column, value, 2))
        : (short)IntegerText.Read(column, value, short.MinValue, short.MaxValue);
}

/// <summary>int4: big-endian, or decimal text.</summary>
public readonly struct Int4Codec : IColumnEncoder, IColumnDecoder<int>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static int Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static int Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt32BigEndian(Wire.Fixed(column, value, 4))
        : (int)IntegerText.Read(column, value, int.MinValue, int.MaxValue);
}

/// <summary>int8: big-endian, or decimal text.</summary>
public readonly struct Int8Codec : IColumnEncoder, IColumnDecoder<long>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static long Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static long Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8))
        : IntegerText.Read(column, value, long.MinValue, long.MaxValue);
}

/// <summary>oid, xid, cid: unsigned, big-endian, or decimal text.</summary>
public readonly struct OidCodec : IColumnEncoder, IColumnDecoder<uint>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => IntegerText.Write(Read(column, value), ref writer);

    public static uint Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static uint Read(ColumnInfo column, ColumnValue value) => value.IsBinary
        ? BinaryPrimitives.ReadUInt32BigEndian(Wire.Fixed(column, value, 4))
        : (uint)IntegerText.Read(column, value, uint.MinValue, uint.MaxValue);
}

/// <summary>float4: IEEE 754 big-endian, or Postgres' shortest text.</summary>
public readonly struct Float4Codec : IColumnEncoder, IColumnDecoder<float>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        float number = Read(column, value);
        if (!float.IsFinite(number))
            throw FloatText.NotFinite(column, number);
        number.TryFormat(writer.Reserve(32), out int written, "R", CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    public static float Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static float Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadSingleBigEndian(Wire.Fixed(column, value, 4));
        return float.TryParse(value.Bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            ? number
            : throw ColumnValueException.Malformed(column, value, "not a float4");
    }
}

/// <summary>float8: IEEE 754 big-endian, or Postgres' shortest text.</summary>
public readonly struct Float8Codec : IColumnEncoder, IColumnDecoder<double>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        double number = Read(column, value);
        if (!double.IsFinite(number))
            throw FloatText.NotFinite(column, number);
        number.TryFormat(writer.Reserve(32), out int written, "R", CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    public static double Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static double Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadDoubleBigEndian(Wire.Fixed(column, value, 8));
        return double.TryParse(value.Bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw ColumnValueException.Malformed(column, value, "not a float8");
    }
}

/// <summary>uuid: 16 bytes in print order, or the 36 characters.</summary>
public readonly struct UuidCodec : IColumnEncoder, IColumnDecoder<Guid>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        Guid id = Read(column, value);
        Span<byte> free = writer.Reserve(38);
        free[0] = (byte)'"';
        id.TryFormat(free[1..], out _, "D");
        free[37] = (byte)'"';
        writer.Advance(38);
    }

    public static Guid Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    private static Guid Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return new Guid(Wire.Fixed(column, value, 16), bigEndian: true);
        return Utf8Parser.TryParse(value.Bytes, out Guid id, out int read) && read == value.Bytes.Length
            ? id
            : throw ColumnValueException.Malformed(column, value, "not a uuid");
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

internal static class FloatText
{
    public static ColumnValueException NotFinite(ColumnInfo column, double number) =>
        ColumnValueException.OutOfDomain(column, number.ToString(CultureInfo.InvariantCulture), "can't be written as a JSON number");
}
