using System.Globalization;
using System.Numerics;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>Exact decimal text: parsing without a double in between, half-up rounding, range checks (STARROCKS.md, 1.6 and 1.7).</summary>
internal static class ExactNumbers
{
    private static readonly BigInteger[] Powers = MakePowers();
    private static readonly BigInteger LargeIntMax = (BigInteger.One << 127) - 1;

    /// <summary>The common case without big integers: an optional sign and 18 digits at most, no spaces and no exponent.</summary>
    public static bool TryReadShort(ReadOnlySpan<byte> text, out long mantissa, out int scale)
    {
        mantissa = 0;
        scale = 0;
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        if (text.Length - at is 0 or > 19)
        {
            return false;
        }

        int digits = 0;
        bool fraction = false;
        for (int i = at; i < text.Length; i++)
        {
            byte b = text[i];
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                mantissa = mantissa * 10 + (b - '0');
                digits++;
                scale += fraction ? 1 : 0;
            }
            else if (b == '.' && !fraction)
            {
                fraction = true;
            }
            else
            {
                return false;
            }
        }

        mantissa = text[0] == '-' ? -mantissa : mantissa;
        return digits is > 0 and <= 18;
    }

    /// <summary>The same rounding for <see cref="TryReadShort"/>; false when 18 digits don't hold the result.</summary>
    public static bool TryRescale(long mantissa, int from, int to, out long result)
    {
        result = mantissa;
        for (; from < to; from++)
        {
            if (Math.Abs(result) >= 100_000_000_000_000_000)
            {
                return false;
            }

            result *= 10;
        }

        if (from > to)
        {
            long divisor = ShortPower(from - to);
            long rest = mantissa % divisor;
            result = mantissa / divisor + (Math.Abs(rest) >= divisor - Math.Abs(rest) ? Math.Sign(mantissa) : 0);
        }

        return true;
    }

    public static long ShortPower(int exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }

    /// <summary>Writes into 24 bytes at least.</summary>
    public static int Print(long mantissa, int scale, Span<byte> output)
    {
        int length = 0;
        ulong digits = (ulong)Math.Abs(mantissa);
        Span<byte> reversed = stackalloc byte[24];
        for (; digits > 0 || length <= scale; length++)
        {
            reversed[length] = (byte)('0' + digits % 10);
            digits /= 10;
        }

        int at = 0;
        if (mantissa < 0)
        {
            output[at++] = (byte)'-';
        }

        for (int i = length - 1; i >= 0; i--)
        {
            output[at++] = reversed[i];
            if (i == scale && i > 0)
            {
                output[at++] = (byte)'.';
            }
        }

        return at;
    }

    /// <summary>Reads an optional sign, digits, fraction and exponent into mantissa * 10^-scale.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out BigInteger mantissa, out int scale)
    {
        mantissa = default;
        scale = 0;
        text = text.Trim(" \t\r\n"u8);
        int at = 0;
        bool negative = false;
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
        {
            negative = text[at++] == '-';
        }

        int digits = 0;
        ulong chunk = 0;
        int chunkDigits = 0;
        bool fraction = false;
        for (; at < text.Length; at++)
        {
            byte b = text[at];
            if (b == '.' && !fraction)
            {
                fraction = true;
                continue;
            }

            if (b is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            digits++;
            chunk = chunk * 10 + (ulong)(b - '0');
            if (fraction)
            {
                scale++;
            }

            if (++chunkDigits == 18)
            {
                mantissa = mantissa * Powers[18] + chunk;
                chunk = 0;
                chunkDigits = 0;
            }
        }

        if (digits == 0 || digits > 20_000)
        {
            return false;
        }

        mantissa = mantissa.IsZero ? chunk : mantissa * Powers[chunkDigits] + chunk;
        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            if (!int.TryParse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent) || Math.Abs((long)exponent) > 5000)
            {
                return false;
            }

            scale -= exponent;
            at = text.Length;
        }

        if (negative)
        {
            mantissa = -mantissa;
        }

        return at == text.Length;
    }

    /// <summary>Rounds half up (away from zero), as StarRocks does when it takes in a longer fraction.</summary>
    public static BigInteger Rescale(BigInteger mantissa, int from, int to)
    {
        if (to >= from)
        {
            return mantissa * Power(to - from);
        }

        BigInteger divisor = Power(from - to);
        BigInteger quotient = BigInteger.DivRem(mantissa, divisor, out BigInteger rest);
        return BigInteger.Abs(rest) * 2 >= divisor ? quotient + mantissa.Sign : quotient;
    }

    public static BigInteger Truncate(BigInteger mantissa, int scale) =>
        scale <= 0 ? mantissa * Power(-scale) : BigInteger.Divide(mantissa, Power(scale));

    public static bool FitsDecimal(BigInteger mantissa, int precision) => BigInteger.Abs(mantissa) < Power(precision);

    // Documented range: -2^127+1 .. 2^127-1
    public static bool FitsLargeInt(BigInteger value) => BigInteger.Abs(value) <= LargeIntMax;

    public static string Print(BigInteger mantissa, int scale)
    {
        string digits = BigInteger.Abs(mantissa).ToString(CultureInfo.InvariantCulture);
        if (scale > 0)
        {
            digits = digits.PadLeft(scale + 1, '0').Insert(Math.Max(digits.Length, scale + 1) - scale, ".");
        }

        return mantissa.Sign < 0 ? "-" + digits : digits;
    }

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (TryRead(left, out BigInteger a, out int aScale) && TryRead(right, out BigInteger b, out int bScale))
        {
            int scale = Math.Max(aScale, bScale);
            return Rescale(a, aScale, scale).CompareTo(Rescale(b, bScale, scale));
        }

        return left.SequenceCompareTo(right);
    }

    private static BigInteger Power(int exponent) => exponent < Powers.Length ? Powers[exponent] : BigInteger.Pow(10, exponent);

    private static BigInteger[] MakePowers()
    {
        var powers = new BigInteger[80];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
