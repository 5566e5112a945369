using System.Buffers;
using System.Buffers.Text;

namespace PipelineGen.Rows;

/// <summary>
/// bytea as base64 text: JSON has no bytes, so <see cref="ColumnInfo.LoadExpression"/> maps the text back with from_base64
/// (STARROCKS.md 1.7), the empty text by itself.
/// </summary>
public readonly struct ByteaCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (value.IsBinary)
        {
            Base64Wire.Write<ByteaCodec>(column, value, value.Bytes, ref writer);
            return;
        }

        byte[] scratch = ArrayPool<byte>.Shared.Rent(Math.Max(value.Bytes.Length / 2, 1));
        try
        {
            Base64Wire.Write<ByteaCodec>(column, value, HexText.Parse(column, value, ByteaText.Digits(column, value), scratch), ref writer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return value.IsBinary ? value.Bytes.ToArray() : HexText.Bytes(column, value, ByteaText.Digits(column, value));
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            ByteaText.Digits(column, value);
            text.Raw(value.Bytes);
            return;
        }

        text.Raw("\\x"u8);
        HexText.WriteLower(value.Bytes, text.Reserve(value.Bytes.Length * 2));
        text.Advance(value.Bytes.Length * 2);
    }
}

/// <summary>bytea as lower-case hex, for keys: a StarRocks key can't be VARBINARY (TYPES.md, Keys).</summary>
public readonly struct ByteaHexCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        // Postgres prints \x and lower-case hex already.
        ReadOnlySpan<byte> digits = value.IsBinary ? default : ByteaText.Digits(column, value);
        int length = value.IsBinary ? value.Bytes.Length * 2 : digits.Length;
        if (TextWire.Exceeds(column, length))
        {
            if (column.Policy != ValuePolicy.Clamp)
            {
                OutsideDomain.Write<ByteaHexCodec>(column, value, $"needs {length} hex digits, more than the {column.MaxBytes} bytes of the target column", ref writer);
                return;
            }

            length = column.MaxBytes & ~1;
        }

        Span<byte> free = writer.Reserve(length + 2);
        free[0] = (byte)'"';
        if (value.IsBinary)
            HexText.WriteLower(value.Bytes[..(length / 2)], free[1..]);
        else
            digits[..length].CopyTo(free[1..]);
        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value) => ByteaCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ByteaCodec.Print(column, value, ref text);
}

internal static class Base64Wire
{
    /// <summary>Writes bytes as base64 text, cut to the column's length where the policy says so.</summary>
    public static void Write<TText>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> bytes, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        if (TextWire.Exceeds(column, bytes.Length))
        {
            if (column.Policy != ValuePolicy.Clamp)
            {
                OutsideDomain.Write<TText>(column, value, TextWire.TooLong(column, bytes.Length), ref writer);
                return;
            }

            bytes = bytes[..column.MaxBytes];
        }

        int length = Base64.GetMaxEncodedToUtf8Length(bytes.Length);
        Span<byte> free = writer.Reserve(length + 2);
        free[0] = (byte)'"';
        Base64.EncodeToUtf8(bytes, free[1..], out _, out int written);
        free[written + 1] = (byte)'"';
        writer.Advance(written + 2);
    }
}

internal static class ByteaText
{
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The hex digits behind <c>\x</c>; anything else is not bytea_output=hex.</summary>
    public static ReadOnlySpan<byte> Digits(ColumnInfo column, ColumnValue value)
    {
        ReadOnlySpan<byte> text = value.Bytes;
        if (text.Length < 2 || text.Length % 2 != 0 || text[0] != '\\' || text[1] != 'x' || text[2..].IndexOfAnyExcept(LowerHex) >= 0)
            throw ColumnValueException.Malformed(column, value, "not bytea in hex format");
        return text[2..];
    }
}

/// <summary>Bytes as hex digits, two each.</summary>
internal static class HexText
{
    /// <summary>Parses into <paramref name="destination"/>, which holds half as many bytes as there are digits.</summary>
    public static ReadOnlySpan<byte> Parse(ColumnInfo column, ColumnValue value, ReadOnlySpan<byte> digits, byte[] destination)
    {
        if (digits.Length % 2 != 0)
            throw ColumnValueException.Malformed(column, value, "an odd number of hex digits");
        for (int i = 0; i < digits.Length; i += 2)
        {
            int high = Digit(digits[i]);
            int low = Digit(digits[i + 1]);
            if ((high | low) < 0)
                throw ColumnValueException.Malformed(column, value, "not hex digits");
            destination[i / 2] = (byte)((high << 4) | low);
        }

        return destination.AsSpan(0, digits.Length / 2);
    }

    public static byte[] Bytes(ColumnInfo column, ColumnValue value, ReadOnlySpan<byte> digits)
    {
        byte[] bytes = new byte[digits.Length / 2];
        Parse(column, value, digits, bytes);
        return bytes;
    }

    public static void WriteLower(ReadOnlySpan<byte> bytes, Span<byte> destination) => Write(bytes, "0123456789abcdef"u8, destination);

    public static void WriteUpper(ReadOnlySpan<byte> bytes, Span<byte> destination) => Write(bytes, "0123456789ABCDEF"u8, destination);

    private static void Write(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digits, Span<byte> destination)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            destination[i * 2] = digits[bytes[i] >> 4];
            destination[(i * 2) + 1] = digits[bytes[i] & 15];
        }
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
