using System.Buffers;

namespace PipelineGen.Rows;

/// <summary>
/// PostGIS geometry and geography into VARCHAR, as the upper-case hex EWKB that they print; binary is the EWKB itself
/// (PostGIS manual, 4.1.2.1). Nothing is nearest to a shape that is too long: cut, it would be none.
/// </summary>
public readonly struct EwkbCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (!value.IsBinary)
        {
            TextWire.WriteWhole<EwkbCodec>(column, value, EwkbText.Digits(column, value), ref writer);
            return;
        }

        ReadOnlySpan<byte> shape = EwkbText.Shape(column, value);
        int length = shape.Length * 2;
        if (TextWire.Exceeds(column, length))
        {
            OutsideDomain.Write<EwkbCodec>(column, value, TextWire.TooLong(column, length), ref writer);
            return;
        }

        Span<byte> free = writer.Reserve(length + 2);
        free[0] = (byte)'"';
        HexText.WriteUpper(shape, free[1..]);
        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return value.IsBinary ? EwkbText.Shape(column, value).ToArray() : HexText.Bytes(column, value, EwkbText.Digits(column, value));
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(EwkbText.Digits(column, value));
            return;
        }

        ReadOnlySpan<byte> shape = EwkbText.Shape(column, value);
        HexText.WriteUpper(shape, text.Reserve(shape.Length * 2));
        text.Advance(shape.Length * 2);
    }
}

/// <summary>PostGIS geometry and geography into VARBINARY, as base64 for the load (see <see cref="ByteaCodec"/>).</summary>
public readonly struct EwkbBinaryCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (value.IsBinary)
        {
            Write(column, value, EwkbText.Shape(column, value), ref writer);
            return;
        }

        ReadOnlySpan<byte> digits = EwkbText.Digits(column, value);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(digits.Length / 2);
        try
        {
            Write(column, value, HexText.Parse(column, value, digits, scratch), ref writer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value) => EwkbCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => EwkbCodec.Print(column, value, ref text);

    private static void Write(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> shape, ref LoadWriter writer)
    {
        if (TextWire.Exceeds(column, shape.Length))
            OutsideDomain.Write<EwkbBinaryCodec>(column, value, TextWire.TooLong(column, shape.Length), ref writer);
        else
            Base64Wire.Write<EwkbBinaryCodec>(column, value, shape, ref writer);
    }
}

internal static class EwkbText
{
    /// <summary>Byte order and type.</summary>
    private const int SmallestShape = 5;

    private static readonly SearchValues<byte> UpperHex = SearchValues.Create("0123456789ABCDEF"u8);

    public static ReadOnlySpan<byte> Shape(ColumnInfo column, ColumnValue value) =>
        value.Bytes.Length >= SmallestShape && value.Bytes[0] <= 1 ? value.Bytes : throw ColumnValueException.Malformed(column, value, "not EWKB");

    public static ReadOnlySpan<byte> Digits(ColumnInfo column, ColumnValue value)
    {
        ReadOnlySpan<byte> text = value.Bytes;
        return text.Length >= SmallestShape * 2 && text.Length % 2 == 0 && text[0] == '0' && text[1] is (byte)'0' or (byte)'1' && text.IndexOfAnyExcept(UpperHex) < 0
            ? text
            : throw ColumnValueException.Malformed(column, value, "not EWKB in hex");
    }
}
