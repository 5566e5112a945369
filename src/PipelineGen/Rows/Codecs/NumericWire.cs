using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// numeric's send format: uint16 count of base-10000 digits, int16 weight of the first, uint16 sign, int16 display scale,
/// then the digits. (PostgreSQL source, numeric_send.)
/// </summary>
internal static class NumericWire
{
    private const int HeaderSize = 8;
    private const ushort Negative = 0x4000;
    private const ushort NaN = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) =>
        text.Advance(Format(column, value, text.Reserve(Room(column, value))));

    /// <summary>Checks the value's form, and says how many bytes <see cref="Format"/> needs at most.</summary>
    public static int Room(ColumnInfo column, ColumnValue value)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
            return IsNumericText(bytes) ? bytes.Length : throw ColumnValueException.Malformed(column, value, "not a numeric");
        if (bytes.Length < HeaderSize)
            throw ColumnValueException.Malformed(column, value, "shorter than a numeric's header");
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int scale = BinaryPrimitives.ReadInt16BigEndian(bytes[6..]);
        if (scale < 0 || bytes.Length != HeaderSize + (Count(bytes) * 2) || sign is not (0 or Negative or NaN or PositiveInfinity or NegativeInfinity))
            throw ColumnValueException.Malformed(column, value, "not a numeric");
        // The display scale never hides digits that are there (numeric.c, NumericVar).
        if (Count(bytes) - Weight(bytes) - 1 > (scale + 3) / 4)
            throw ColumnValueException.Malformed(column, value, "a numeric with digits behind its display scale");
        return (Math.Max(Weight(bytes) + 1, 1) * 4) + scale + 16;
    }

    /// <summary>Writes the canonical text of a value that <see cref="Room"/> has checked; returns its length.</summary>
    public static int Format(ColumnInfo column, ColumnValue value, Span<byte> text)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        if (!value.IsBinary)
        {
            bytes.CopyTo(text);
            return bytes.Length;
        }

        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        ReadOnlySpan<byte> word = sign switch
        {
            NaN => "NaN"u8,
            PositiveInfinity => "Infinity"u8,
            NegativeInfinity => "-Infinity"u8,
            _ => default,
        };
        if (!word.IsEmpty)
        {
            word.CopyTo(text);
            return word.Length;
        }

        return FormatDigits(column, value, bytes[HeaderSize..], Count(bytes), Weight(bytes), sign == Negative, BinaryPrimitives.ReadInt16BigEndian(bytes[6..]), text);
    }

    /// <summary>Unsigned: 131072 digits before the point and 16383 behind it are more than 32767 groups.</summary>
    private static int Count(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static int Weight(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);

    private static int FormatDigits(ColumnInfo column, ColumnValue value, ReadOnlySpan<byte> digits, int count, int weight, bool negative, int scale, Span<byte> text)
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
