using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// numeric into DECIMAL(p,s), an integer key, or LARGEINT: an exact JSON number, digit for digit (STARROCKS.md 1.7).
/// NaN, the infinities and digits that the target lacks are errors.
/// </summary>
public readonly struct NumericCodec : IColumnEncoder, IColumnDecoder<decimal>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        int length = NumericWire.Write(column, value, ref writer, out Span<byte> text);
        NumericWire.CheckDomain(column, text[..length]);
        writer.Advance(length);
    }

    public static decimal Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        string text = NumericWire.Text(column, value);
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : throw ColumnValueException.OutOfDomain(column, text, "is not a C# decimal");
    }
}

/// <summary>numeric into VARCHAR: the text that Postgres prints, NaN and Infinity included.</summary>
public readonly struct NumericTextCodec : IColumnEncoder, IColumnDecoder<PgNumeric>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        writer.Raw((byte)'"');
        int length = NumericWire.Write(column, value, ref writer, out Span<byte> text);
        Wire.CheckLength(column, text[..length]);
        writer.Advance(length);
        writer.Raw((byte)'"');
    }

    public static PgNumeric Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return new PgNumeric(NumericWire.Text(column, value));
    }
}

/// <summary>numeric of more digits than a C# decimal has; encoded as <see cref="NumericCodec"/> does.</summary>
public readonly struct WideNumericCodec : IColumnEncoder, IColumnDecoder<PgNumeric>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => NumericCodec.Encode(column, value, ref writer);

    public static PgNumeric Decode(ColumnInfo column, ColumnValue value) => NumericTextCodec.Decode(column, value);
}

/// <summary>
/// numeric's send format: uint16 count of base-10000 digits, int16 weight of the first, uint16 sign, int16 display scale,
/// then the digits. (PostgreSQL source, numeric_send.)
/// </summary>
internal static class NumericWire
{
    private const ushort Negative = 0x4000;
    private const ushort NaN = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;

    /// <summary>Writes the canonical text into reserved room of the writer, without advancing it.</summary>
    public static int Write(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer, out Span<byte> text)
    {
        if (!value.IsBinary)
        {
            if (!IsNumericText(value.Bytes))
                throw ColumnValueException.Malformed(column, value, "not a numeric");
            text = writer.Reserve(value.Bytes.Length);
            value.Bytes.CopyTo(text);
            return value.Bytes.Length;
        }

        ReadOnlySpan<byte> bytes = value.Bytes;
        if (bytes.Length < 8)
            throw ColumnValueException.Malformed(column, value, "shorter than a numeric's header");
        // Unsigned: 131072 digits before the point and 16383 behind it are more than 32767 groups.
        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        int weight = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int scale = BinaryPrimitives.ReadInt16BigEndian(bytes[6..]);
        if (scale < 0 || bytes.Length != 8 + (count * 2) || sign is not (0 or Negative or NaN or PositiveInfinity or NegativeInfinity))
            throw ColumnValueException.Malformed(column, value, "not a numeric");

        ReadOnlySpan<byte> word = sign switch
        {
            NaN => "NaN"u8,
            PositiveInfinity => "Infinity"u8,
            NegativeInfinity => "-Infinity"u8,
            _ => default,
        };
        text = writer.Reserve(word.Length + (Math.Max(weight + 1, 1) * 4) + scale + 8);
        if (!word.IsEmpty)
        {
            word.CopyTo(text);
            return word.Length;
        }

        return Format(column, value, bytes[8..], count, weight, sign == Negative, scale, text);
    }

    public static string Text(ColumnInfo column, ColumnValue value)
    {
        using var scratch = new LoadBuffer();
        var writer = new LoadWriter(scratch);
        int length = Write(column, value, ref writer, out Span<byte> text);
        return Encoding.ASCII.GetString(text[..length]);
    }

    /// <summary>Refuses what DECIMAL(p,s) can't hold exactly; trailing zeros beyond the scale are the same value.</summary>
    public static void CheckDomain(ColumnInfo column, ReadOnlySpan<byte> text)
    {
        if (text[^1] is (byte)'N' or (byte)'y')
            throw ColumnValueException.OutOfDomain(column, ColumnValueException.TextOf(text), "is not a number that a DECIMAL can hold");
        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..] : text;
        int point = digits.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? digits : digits[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : digits[(point + 1)..].TrimEnd((byte)'0');
        int wholeDigits = whole.TrimStart((byte)'0').Length;
        if (wholeDigits > column.Precision - column.Scale || fraction.Length > column.Scale)
            throw ColumnValueException.OutOfDomain(column, ColumnValueException.TextOf(text), $"does not fit {column.StarRocksType} without rounding");
    }

    private static int Format(ColumnInfo column, ColumnValue value, ReadOnlySpan<byte> digits, int count, int weight, bool negative, int scale, Span<byte> text)
    {
        int at = 0;
        if (negative)
            text[at++] = (byte)'-';
        int wholeStart = at;
        for (int group = 0; group <= weight; group++)
        {
            Four(Digit(column, value, digits, count, group), text[at..]);
            at += 4;
        }

        // The first group's leading zeros go, one digit stays.
        int leading = 0;
        while (leading < at - wholeStart - 1 && text[wholeStart + leading] == '0')
            leading++;
        if (leading > 0)
        {
            text[(wholeStart + leading)..at].CopyTo(text[wholeStart..]);
            at -= leading;
        }

        if (at == wholeStart)
            text[at++] = (byte)'0';
        if (scale == 0)
            return at;

        text[at++] = (byte)'.';
        int end = at + scale;
        for (int group = weight + 1; at < end; group++)
        {
            Four(group < 0 ? 0 : Digit(column, value, digits, count, group), text[at..]);
            at += 4;
        }

        return end;
    }

    /// <summary>Base-10000 digit <paramref name="index"/> counted from the first stored one; zero past the last.</summary>
    private static int Digit(ColumnInfo column, ColumnValue value, ReadOnlySpan<byte> digits, int count, int index)
    {
        if (index >= count)
            return 0;
        int digit = BinaryPrimitives.ReadInt16BigEndian(digits[(index * 2)..]);
        return digit is >= 0 and <= 9999 ? digit : throw ColumnValueException.Malformed(column, value, "a numeric digit out of range");
    }

    private static void Four(int digit, Span<byte> destination)
    {
        destination[3] = (byte)('0' + (digit % 10));
        destination[2] = (byte)('0' + (digit / 10 % 10));
        destination[1] = (byte)('0' + (digit / 100 % 10));
        destination[0] = (byte)('0' + (digit / 1000));
    }

    private static bool IsNumericText(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("NaN"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8))
            return true;
        if (!text.IsEmpty && text[0] == '-')
            text = text[1..];
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        return !whole.IsEmpty && whole.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 &&
            (point < 0 || (point + 1 < text.Length && text[(point + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0));
    }
}
