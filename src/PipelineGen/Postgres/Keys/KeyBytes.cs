using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>
/// The values of a key, written so that bytes compare as the values do. Fixed lengths are big-endian with the sign bit turned;
/// the others end with a byte below all that can follow, so that a beginning comes before what it begins.
/// </summary>
internal static class KeyBytes
{
    public static void Append(byte value, ArrayBufferWriter<byte> into)
    {
        into.GetSpan(1)[0] = value;
        into.Advance(1);
    }

    public static void Append(short value, ArrayBufferWriter<byte> into)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into.GetSpan(2), (ushort)(value ^ short.MinValue));
        into.Advance(2);
    }

    public static void Append(int value, ArrayBufferWriter<byte> into) => Append((uint)(value ^ int.MinValue), into);

    public static void Append(uint value, ArrayBufferWriter<byte> into)
    {
        BinaryPrimitives.WriteUInt32BigEndian(into.GetSpan(4), value);
        into.Advance(4);
    }

    public static void Append(long value, ArrayBufferWriter<byte> into) => Append((ulong)(value ^ long.MinValue), into);

    public static void Append(ulong value, ArrayBufferWriter<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into.GetSpan(8), value);
        into.Advance(8);
    }

    public static void Append(Int128 value, ArrayBufferWriter<byte> into)
    {
        BinaryPrimitives.WriteInt128BigEndian(into.GetSpan(16), value ^ Int128.MinValue);
        into.Advance(16);
    }

    /// <summary>NaN is above all and one value, and -0 is 0 (btfloat4cmp).</summary>
    public static void Append(float value, ArrayBufferWriter<byte> into)
    {
        int bits = BitConverter.SingleToInt32Bits(value == 0 ? 0 : value);
        Append(float.IsNaN(value) ? uint.MaxValue : (uint)(bits < 0 ? ~bits : bits ^ int.MinValue), into);
    }

    /// <inheritdoc cref="Append(float, ArrayBufferWriter{byte})"/>
    public static void Append(double value, ArrayBufferWriter<byte> into)
    {
        long bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        Append(double.IsNaN(value) ? ulong.MaxValue : (ulong)(bits < 0 ? ~bits : bits ^ long.MinValue), into);
    }

    public static void Append(Guid value, ArrayBufferWriter<byte> into)
    {
        value.TryWriteBytes(into.GetSpan(16), bigEndian: true, out int written);
        into.Advance(written);
    }

    /// <summary>"char" is an unsigned byte to its operators (char.c, btcharcmp).</summary>
    public static void AppendChar(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        var text = new PgTextWriter(stackalloc byte[8]);
        CharCodec.Print(column, value, ref text);
        ReadOnlySpan<byte> printed = text.Written;
        Append(printed.Length switch
        {
            0 => (byte)0,
            1 => printed[0],
            _ => (byte)(((printed[1] - '0') << 6) | ((printed[2] - '0') << 3) | (printed[3] - '0')),
        }, into);
        text.Dispose();
    }

    public static void AppendLsn(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        if (value.IsBinary)
        {
            Append(BinaryPrimitives.ReadUInt64BigEndian(Wire.Fixed(column, value, 8)), into);
            return;
        }

        ReadOnlySpan<byte> text = value.Bytes;
        int slash = text.IndexOf((byte)'/');
        if (slash < 0 || !TryHalf(text[..slash], out uint high) || !TryHalf(text[(slash + 1)..], out uint low))
            throw ColumnValueException.Malformed(column, value, "not a pg_lsn");
        Append(((ulong)high << 32) | low, into);

        static bool TryHalf(ReadOnlySpan<byte> digits, out uint half) =>
            Utf8Parser.TryParse(digits, out half, out int read, 'X') && read == digits.Length && digits.Length is > 0 and <= 8;
    }

    /// <summary>macaddr and macaddr8 compare as unsigned bytes (mac.c, mac8.c).</summary>
    /// <param name="size">6 or 8.</param>
    public static void AppendHardwareAddress(ColumnInfo column, scoped ColumnValue value, int size, ArrayBufferWriter<byte> into)
    {
        if (value.IsBinary)
        {
            Raw(Wire.Fixed(column, value, size), into);
            return;
        }

        ReadOnlySpan<byte> text = Wire.Fixed(column, value, (size * 3) - 1);
        Span<byte> address = into.GetSpan(size);
        for (int i = 0; i < size; i++)
        {
            ReadOnlySpan<byte> digits = text.Slice(i * 3, 2);
            if (!Utf8Parser.TryParse(digits, out address[i], out int read, 'x') || read != 2 || (i + 1 < size && text[(i * 3) + 2] != ':'))
                throw ColumnValueException.Malformed(column, value, "not a hardware address");
        }

        into.Advance(size);
    }

    public static void AppendBytea(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        if (value.IsBinary)
        {
            Escaped(value.Bytes, into);
            return;
        }

        ReadOnlySpan<byte> digits = ByteaText.Digits(column, value);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(Math.Max(digits.Length / 2, 1));
        try
        {
            Escaped(HexText.Parse(column, value, digits, scratch), into);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public static void AppendText(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> text, ArrayBufferWriter<byte> into)
    {
        // It ends the text here, and no text of Postgres' has it.
        if (text.Contains((byte)0))
            throw ColumnValueException.Malformed(column, value, "a text with a NUL byte");
        Span<byte> free = into.GetSpan(text.Length + 1);
        text.CopyTo(free);
        free[text.Length] = 0;
        into.Advance(text.Length + 1);
    }

    /// <summary>The text of the type's output function: what text format brings, and what the column's codec prints of the binary one.</summary>
    public static void AppendPrinted(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        if (!value.IsBinary)
        {
            AppendText(column, value, value.Bytes, into);
            return;
        }

        if (column.Print is null)
            throw ColumnValueException.Malformed(column, value, "a key column without a printer arrived in binary format");
        var text = new PgTextWriter(stackalloc byte[256]);
        try
        {
            column.Print(column, value, ref text);
            AppendText(column, value, text.Written, into);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>Bytes that may be zero: 00 FF for each, and 00 00 at the end.</summary>
    private static void Escaped(scoped ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> into)
    {
        for (int zero = bytes.IndexOf((byte)0); zero >= 0; zero = bytes.IndexOf((byte)0))
        {
            Raw(bytes[..(zero + 1)], into);
            Append((byte)0xFF, into);
            bytes = bytes[(zero + 1)..];
        }

        Raw(bytes, into);
        Append((byte)0, into);
        Append((byte)0, into);
    }

    private static void Raw(scoped ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> into)
    {
        bytes.CopyTo(into.GetSpan(bytes.Length));
        into.Advance(bytes.Length);
    }
}
