using System.Globalization;

namespace PipelineGen.Pipeline;

/// <summary>Numbers by value instead of by notation. Text that is no number comes back as it is.</summary>
internal static class CanonicalNumber
{
    /// <summary>Plain digits with exactly <paramref name="scale"/> fraction digits; digits beyond it are kept, they are a difference.</summary>
    public static string WithScale(string text, int scale)
    {
        if (!TrySplit(text, out bool negative, out string digits, out int exponent))
            return text is "nan" ? "NaN" : text;
        // digits * 10^exponent, without trailing zeros: room for the declared scale and for whatever is more than it.
        int fraction = Math.Max(Math.Max(-exponent, 0), scale);
        string all = digits == "0" ? new string('0', fraction) : digits + new string('0', exponent + fraction);
        all = all.PadLeft(fraction + 1, '0');
        string plain = fraction == 0 ? all : $"{all[..^fraction]}.{all[^fraction..]}";
        return negative ? "-" + plain : plain;
    }

    /// <summary>money as lc_monetary C prints it, <c>-$1,234.50</c>, as plain digits.</summary>
    public static string Money(string text, int scale)
    {
        string digits = text.Replace("$", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        return WithScale(digits, scale);
    }

    /// <summary>A JSON number by its exact value: significant digits and an exponent, such as <c>125E-1</c>; integers stay plain.</summary>
    public static string Exact(string text)
    {
        if (!TrySplit(text, out bool negative, out string digits, out int exponent))
            return text;
        string value = exponent switch
        {
            0 => digits,
            > 0 and <= 40 => digits + new string('0', exponent),
            _ => string.Create(CultureInfo.InvariantCulture, $"{digits}E{exponent}"),
        };
        return negative ? "-" + value : value;
    }

    public static string Double(string text) =>
        TryParse(text, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : text;

    public static string Single(string text)
    {
        // Straight to the float: by way of a double a text half-way between two floats can round twice.
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || TryParse(text, out value))
            return value.ToString("R", CultureInfo.InvariantCulture);
        return text;
    }

    private static bool TryParse(string text, out double value)
    {
        value = text switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, "nan" => double.NaN, _ => 0 };
        return value != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryParse(string text, out float value)
    {
        bool parsed = TryParse(text, out double wide);
        value = (float)wide;
        return parsed;
    }

    /// <summary>Takes a number apart: significant digits without zeros at either end ("0" for zero), times ten to the exponent.</summary>
    private static bool TrySplit(string text, out bool negative, out string digits, out int exponent)
    {
        negative = text.StartsWith('-');
        digits = "";
        exponent = 0;
        ReadOnlySpan<char> rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        int e = rest.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(rest[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > 100_000)
                return false;
            rest = rest[..e];
        }

        int point = rest.IndexOf('.');
        string all = point < 0 ? rest.ToString() : string.Concat(rest[..point], rest[(point + 1)..]);
        if (all.Length == 0 || all.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        if (point >= 0)
            exponent -= rest.Length - point - 1;
        digits = all.TrimEnd('0');
        exponent += all.Length - digits.Length;
        digits = digits.TrimStart('0');
        if (digits.Length == 0)
        {
            digits = "0";
            exponent = 0;
            negative = false;
        }

        return true;
    }
}
