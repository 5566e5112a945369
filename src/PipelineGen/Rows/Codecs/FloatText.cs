using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>
/// Floats as float4out and float8out print them with extra_float_digits above 0: the shortest digits that give the number
/// back, in plain notation for exponents from -4 to below 6 (float4) or 15 (float8). (PostgreSQL source, common/d2s.c, f2s.c.)
/// </summary>
internal static class FloatText
{
    public const string NotFinite = "can't be written as a JSON number";

    /// <summary>What Postgres prints has no white space, no thousands, no currency.</summary>
    public const NumberStyles Strict = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static bool TryWord(ReadOnlySpan<byte> text, out double number)
    {
        // .NET's parser would take other spellings of these words too: they are none of Postgres'.
        number = text.SequenceEqual("NaN"u8) ? double.NaN
            : text.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        return !double.IsFinite(number);
    }

    /// <summary>Writes a finite number as a JSON number that is read back as itself.</summary>
    public static void WriteJson(double number, ref LoadWriter writer)
    {
        Span<byte> free = writer.Reserve(32);
        number.TryFormat(free, out int written, "R", CultureInfo.InvariantCulture);
        if (number == 0 && double.IsNegative(number))
        {
            // Without a point it is an integer to a JSON parser, and integers have no negative zero.
            writer.Raw("-0.0"u8);
            return;
        }

        // .NET's shortest digits of some powers of two, 2^-958 for one, are read back as the number below.
        if ((BitConverter.DoubleToInt64Bits(number) & 0xF_FFFF_FFFF_FFFF) == 0 && !IsText(number, free[..written]))
            written = Rounded(number, 16, free);
        writer.Advance(written);
    }

    /// <inheritdoc cref="WriteJson(double, ref LoadWriter)"/>
    public static void WriteJson(float number, ref LoadWriter writer)
    {
        Span<byte> free = writer.Reserve(32);
        number.TryFormat(free, out int written, "R", CultureInfo.InvariantCulture);
        if (number == 0 && float.IsNegative(number))
        {
            writer.Raw("-0.0"u8);
            return;
        }

        if ((BitConverter.SingleToInt32Bits(number) & 0x7F_FFFF) == 0 && !IsText(number, free[..written]))
            written = Rounded(number, 8, free);
        writer.Advance(written);
    }

    public static void Print(double number, ref PgTextWriter text)
    {
        if (PrintWord(number, ref text))
            return;
        long bits = BitConverter.DoubleToInt64Bits(number);
        long fraction = bits & 0xF_FFFF_FFFF_FFFF;
        int exponent = (int)(bits >> 52) & 0x7FF;
        var binary = new Binary((ulong)(exponent == 0 ? fraction : fraction | (1L << 52)), Math.Max(exponent, 1) - 1075, fraction == 0 && exponent > 1);

        Span<byte> printed = stackalloc byte[32];
        number.TryFormat(printed, out int length, "R", CultureInfo.InvariantCulture);
        Decimal digits = Decimal.Read(printed[..length]);
        for (int more = digits.Count; more <= 16 && (binary.IsHalfway(digits) || (binary.NarrowBelow && !IsText(number, printed[..length]))); more++)
        {
            length = Rounded(number, more, printed);
            digits = Decimal.Read(printed[..length]);
        }

        Write(double.IsNegative(number), digits, 15, ref text);
    }

    public static void Print(float number, ref PgTextWriter text)
    {
        if (PrintWord(number, ref text))
            return;
        int bits = BitConverter.SingleToInt32Bits(number);
        int fraction = bits & 0x7F_FFFF;
        int exponent = (bits >> 23) & 0xFF;
        var binary = new Binary((ulong)(exponent == 0 ? fraction : fraction | (1 << 23)), Math.Max(exponent, 1) - 150, fraction == 0 && exponent > 1);

        Span<byte> printed = stackalloc byte[32];
        number.TryFormat(printed, out int length, "R", CultureInfo.InvariantCulture);
        Decimal digits = Decimal.Read(printed[..length]);
        for (int more = digits.Count; more <= 8 && (binary.IsHalfway(digits) || (binary.NarrowBelow && !IsText(number, printed[..length]))); more++)
        {
            length = Rounded(number, more, printed);
            digits = Decimal.Read(printed[..length]);
        }

        Write(float.IsNegative(number), digits, 6, ref text);
    }

    private static bool PrintWord(double number, ref PgTextWriter text)
    {
        if (double.IsFinite(number))
            return false;
        text.Raw(double.IsNaN(number) ? "NaN"u8 : number > 0 ? "Infinity"u8 : "-Infinity"u8);
        return true;
    }

    /// <summary>Prints the number with one digit before the point and <paramref name="fraction"/> behind it.</summary>
    private static int Rounded(double number, int fraction, Span<byte> printed)
    {
        Span<char> format = ['E', (char)('0' + (fraction / 10)), (char)('0' + (fraction % 10))];
        number.TryFormat(printed, out int length, format, CultureInfo.InvariantCulture);
        return length;
    }

    private static bool IsText(double number, ReadOnlySpan<byte> text) =>
        double.TryParse(text, Strict, CultureInfo.InvariantCulture, out double again) && again.Equals(number);

    private static bool IsText(float number, ReadOnlySpan<byte> text) =>
        float.TryParse(text, Strict, CultureInfo.InvariantCulture, out float again) && again.Equals(number);

    private static void Write(bool negative, Decimal number, int plainBelow, ref PgTextWriter text)
    {
        if (negative)
            text.Raw((byte)'-');
        Span<byte> all = stackalloc byte[20];
        number.Digits.TryFormat(all, out int count, default, CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> digits = all[..count];
        int exponent = number.Exponent + count - 1;
        if (number.Digits == 0)
        {
            text.Raw((byte)'0');
        }
        else if (exponent >= plainBelow || exponent < -4)
        {
            text.Raw(digits[0]);
            if (count > 1)
                text.Raw((byte)'.');
            text.Raw(digits[1..]);
            text.Raw((byte)'e');
            text.Raw(exponent < 0 ? (byte)'-' : (byte)'+');
            exponent = Math.Abs(exponent);
            if (exponent < 10)
                text.Raw((byte)'0');
            text.Number((long)exponent);
        }
        else if (exponent < 0)
        {
            text.Raw("0.000"u8[..(1 - exponent)]);
            text.Raw(digits);
        }
        else
        {
            int whole = Math.Min(exponent + 1, count);
            text.Raw(digits[..whole]);
            for (int i = whole; i <= exponent; i++)
                text.Raw((byte)'0');
            if (whole < count)
                text.Raw((byte)'.');
            text.Raw(digits[whole..]);
        }
    }

    /// <summary><c>Digits * 10^Exponent</c>, without sign and trailing zeros; at most 17 digits.</summary>
    private readonly struct Decimal(ulong digits, int exponent)
    {
        public ulong Digits { get; } = digits;

        public int Exponent { get; } = exponent;

        public int Count
        {
            get
            {
                int count = 1;
                for (ulong rest = Digits; rest >= 10; rest /= 10)
                    count++;
                return count;
            }
        }

        /// <summary>Reads what TryFormat prints: <c>-1.25E-07</c>, <c>0.001</c>, <c>1200</c>.</summary>
        public static Decimal Read(ReadOnlySpan<byte> text)
        {
            ulong digits = 0;
            int exponent = 0;
            bool behindPoint = false;
            for (int i = 0; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case (byte)'-':
                        break;
                    case (byte)'.':
                        behindPoint = true;
                        break;
                    case (byte)'E':
                        exponent += int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                        i = text.Length;
                        break;
                    default:
                        digits = (digits * 10) + text[i] - '0';
                        exponent -= behindPoint ? 1 : 0;
                        break;
                }
            }

            while (digits != 0 && digits % 10 == 0)
            {
                digits /= 10;
                exponent++;
            }

            return new Decimal(digits, exponent);
        }
    }

    /// <summary>
    /// <c>Significand * 2^Exponent</c>; <paramref name="narrowBelow"/>: the next number below is half as far as the next above.
    /// </summary>
    private readonly struct Binary(ulong significand, int exponent, bool narrowBelow)
    {
        public bool NarrowBelow { get; } = narrowBelow;

        /// <summary>
        /// Whether the digits lie exactly between this number and a neighbour. .NET prints those where round-to-even leads
        /// back to this number; Postgres' shortest digits stay inside (ryu_common.h, STRICTLY_SHORTEST).
        /// </summary>
        public bool IsHalfway(Decimal number) =>
            Equal(number, (2 * significand) + 1, exponent - 1) ||
            (NarrowBelow ? Equal(number, (4 * significand) - 1, exponent - 2) : significand > 0 && Equal(number, (2 * significand) - 1, exponent - 1));

        /// <summary>Whether <c>digits * 10^e == odd * 2^power</c>, by comparing powers of two and what is left.</summary>
        private static bool Equal(Decimal number, ulong odd, int power)
        {
            if (number.Digits == 0 || Math.Abs(number.Exponent) > 25)
                return false;  // 5^26 has more bits than either side.
            UInt128 five = UInt128.One;
            for (int i = Math.Abs(number.Exponent); i > 0; i--)
                five *= 5;
            UInt128 left = number.Exponent > 0 ? number.Digits * five : number.Digits;
            UInt128 right = number.Exponent < 0 ? odd * five : odd;
            int twos = (int)UInt128.TrailingZeroCount(left);
            return left >> twos == right && twos + number.Exponent == power;
        }
    }
}
