using System.Buffers;
using System.Buffers.Binary;
using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>
/// A numeric as bytes in Postgres' order, whatever its display scale: a byte for the kind of number, and of a finite one the
/// weight of its first base-10000 digit, then the digits from there, each one more than it is, to the last that is no zero,
/// and a 0. A negative number's bytes behind the first are turned.
/// </summary>
internal static class KeyNumeric
{
    private const byte NegativeInfinity = 1;
    private const byte Negative = 2;
    private const byte Zero = 3;
    private const byte Positive = 4;
    private const byte Infinity = 5;
    private const byte NaN = 6;

    private const int HeaderSize = 8;

    /// <exception cref="ColumnValueException">It is no numeric.</exception>
    public static void Append(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        // Checks the form: lengths, sign and display scale, or the characters.
        NumericWire.Room(column, value);
        if (value.IsBinary)
            AppendBinary(column, value, into);
        else
            AppendText(column, value, into);
    }

    private static void AppendBinary(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        int weight = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        // numeric_send's signs.
        byte kind = sign switch
        {
            0xC000 => NaN,
            0xD000 => Infinity,
            0xF000 => NegativeInfinity,
            0x4000 => Negative,
            _ => Positive,
        };
        if (kind is not (Negative or Positive))
        {
            KeyBytes.Append(kind, into);
            return;
        }

        ReadOnlySpan<byte> digits = bytes[HeaderSize..];
        while (digits.Length >= 2 && digits[0] == 0 && digits[1] == 0)
        {
            digits = digits[2..];
            weight--;
        }

        while (digits.Length >= 2 && digits[^2] == 0 && digits[^1] == 0)
            digits = digits[..^2];
        if (digits.IsEmpty)
        {
            KeyBytes.Append(Zero, into);
            return;
        }

        Span<byte> free = Begin(column, value, kind, weight, digits.Length / 2, into);
        for (int i = 0; i < digits.Length; i += 2)
        {
            int digit = BinaryPrimitives.ReadUInt16BigEndian(digits[i..]);
            if (digit > 9999)
                throw ColumnValueException.Malformed(column, value, "a numeric digit out of range");
            BinaryPrimitives.WriteUInt16BigEndian(free[(3 + i)..], (ushort)(digit + 1));
        }

        End(kind, free, into);
    }

    private static void AppendText(ColumnInfo column, scoped ColumnValue value, ArrayBufferWriter<byte> into)
    {
        ReadOnlySpan<byte> text = value.Bytes;
        bool negative = text[0] == '-';
        if (negative)
            text = text[1..];
        if (text[0] is (byte)'N' or (byte)'I')
        {
            KeyBytes.Append(text[0] == 'N' ? NaN : negative ? NegativeInfinity : Infinity, into);
            return;
        }

        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = (point < 0 ? text : text[..point]).TrimStart((byte)'0');
        ReadOnlySpan<byte> fraction = point < 0 ? default : text[(point + 1)..].TrimEnd((byte)'0');
        if (whole.IsEmpty && fraction.IsEmpty)
        {
            KeyBytes.Append(Zero, into);
            return;
        }

        // Base-10000 digits are counted from the point: 0 has the ones, -1 the four places behind it.
        int first = whole.IsEmpty ? -1 - (fraction.IndexOfAnyExcept((byte)'0') / 4) : (whole.Length - 1) / 4;
        int last = fraction.IsEmpty ? (whole.Length - 1 - whole.LastIndexOfAnyExcept((byte)'0')) / 4 : -((fraction.Length + 3) / 4);
        byte kind = negative ? Negative : Positive;
        Span<byte> free = Begin(column, value, kind, first, first - last + 1, into);
        int at = 3;
        for (int group = first; group >= last; group--)
        {
            int digit = 0;
            for (int place = (group * 4) + 3; place >= group * 4; place--)
                digit = (digit * 10) + DigitAt(whole, fraction, place);
            BinaryPrimitives.WriteUInt16BigEndian(free[at..], (ushort)(digit + 1));
            at += 2;
        }

        End(kind, free, into);
    }

    /// <summary>The decimal digit of 10 to the power <paramref name="place"/>.</summary>
    private static int DigitAt(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int place)
    {
        if (place >= 0)
            return place < whole.Length ? whole[whole.Length - 1 - place] - '0' : 0;
        return -place <= fraction.Length ? fraction[-place - 1] - '0' : 0;
    }

    /// <summary>The place of the number's bytes, with its kind and weight.</summary>
    private static Span<byte> Begin(ColumnInfo column, scoped ColumnValue value, byte kind, int weight, int digits, ArrayBufferWriter<byte> into)
    {
        if (weight is < short.MinValue or > short.MaxValue)
            throw ColumnValueException.Malformed(column, value, "more digits than a numeric has");
        int size = 3 + (digits * 2) + 2;
        Span<byte> free = into.GetSpan(size)[..size];
        free[0] = kind;
        BinaryPrimitives.WriteUInt16BigEndian(free[1..], (ushort)(weight ^ short.MinValue));
        return free;
    }

    private static void End(byte kind, Span<byte> number, ArrayBufferWriter<byte> into)
    {
        number[^2..].Clear();
        if (kind == Negative)
        {
            foreach (ref byte b in number[1..])
                b = (byte)~b;
        }

        into.Advance(number.Length);
    }
}
