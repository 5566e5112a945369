using System.Buffers;
using System.Buffers.Text;

namespace PipelineGen.Rows;

/// <summary>
/// bytea as base64 text: JSON has no bytes, so <see cref="ColumnInfo.LoadExpression"/> maps the text back with from_base64
/// (STARROCKS.md 1.7), the empty text by itself.
/// </summary>
public readonly struct ByteaCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (value.IsBinary)
        {
            Write(column, value.Bytes, ref writer);
            return;
        }

        byte[] scratch = ArrayPool<byte>.Shared.Rent(Math.Max(value.Bytes.Length / 2, 1));
        try
        {
            Write(column, HexText.Parse(column, value, scratch), ref writer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return value.IsBinary ? value.Bytes.ToArray() : HexText.Parse(column, value, new byte[value.Bytes.Length / 2]).ToArray();
    }

    private static void Write(ColumnInfo column, scoped ReadOnlySpan<byte> bytes, ref LoadWriter writer)
    {
        if (column.MaxBytes > 0 && bytes.Length > column.MaxBytes)
            throw ColumnValueException.OutOfDomain(column, $"of {bytes.Length} bytes", $"is longer than the {column.MaxBytes} bytes of the target column");
        int length = Base64.GetMaxEncodedToUtf8Length(bytes.Length);
        Span<byte> free = writer.Reserve(length + 2);
        free[0] = (byte)'"';
        Base64.EncodeToUtf8(bytes, free[1..], out _, out int written);
        free[written + 1] = (byte)'"';
        writer.Advance(written + 2);
    }
}

/// <summary>bytea as lower-case hex, for keys: a StarRocks key can't be VARBINARY (TYPES.md, Keys).</summary>
public readonly struct ByteaHexCodec : IColumnEncoder, IColumnDecoder<ReadOnlyMemory<byte>>
{
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (!value.IsBinary)
        {
            // Postgres prints \x and lower-case hex already; anything else is not bytea_output=hex.
            ReadOnlySpan<byte> text = value.Bytes;
            if (text.Length < 2 || text.Length % 2 != 0 || text[0] != '\\' || text[1] != 'x' || text[2..].IndexOfAnyExcept(LowerHex) >= 0)
                throw ColumnValueException.Malformed(column, value, "not bytea in hex format");
            Wire.CheckLength(column, text[2..]);
            writer.String(text[2..]);
            return;
        }

        int length = value.Bytes.Length * 2;
        if (column.MaxBytes > 0 && length > column.MaxBytes)
            throw ColumnValueException.OutOfDomain(column, $"of {value.Bytes.Length} bytes", $"needs {length} hex digits, more than the {column.MaxBytes} bytes of the target column");
        Span<byte> free = writer.Reserve(length + 2);
        free[0] = (byte)'"';
        for (int i = 0; i < value.Bytes.Length; i++)
        {
            byte b = value.Bytes[i];
            free[(i * 2) + 1] = "0123456789abcdef"u8[b >> 4];
            free[(i * 2) + 2] = "0123456789abcdef"u8[b & 15];
        }

        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static ReadOnlyMemory<byte> Decode(ColumnInfo column, ColumnValue value) => ByteaCodec.Decode(column, value);
}

internal static class HexText
{
    public static ReadOnlySpan<byte> Parse(ColumnInfo column, ColumnValue value, byte[] destination)
    {
        ReadOnlySpan<byte> text = value.Bytes;
        if (text.Length < 2 || text.Length % 2 != 0 || text[0] != '\\' || text[1] != 'x')
            throw ColumnValueException.Malformed(column, value, "not bytea in hex format");
        text = text[2..];
        for (int i = 0; i < text.Length; i += 2)
        {
            int high = Digit(text[i]);
            int low = Digit(text[i + 1]);
            if ((high | low) < 0)
                throw ColumnValueException.Malformed(column, value, "not bytea in hex format");
            destination[i / 2] = (byte)((high << 4) | low);
        }

        return destination.AsSpan(0, text.Length / 2);
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
