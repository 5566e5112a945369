using System.Globalization;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// A numeric of any precision and scale, NaN or an infinity, as the text that Postgres prints: for what
/// <see cref="decimal"/> can't hold.
/// </summary>
/// <remarks>
/// Equal and ordered as Postgres does it: 1.0 is 1.00, NaN is NaN and greater than all others (PostgreSQL manual, 8.1.2).
/// The text keeps the display scale.
/// </remarks>
public readonly struct PgNumeric : IEquatable<PgNumeric>, IComparable<PgNumeric>
{
    /// <summary>Digits before and behind the point that Postgres has at most (PostgreSQL manual, 8.1).</summary>
    private const int MaxWholeDigits = 131_072;
    private const int MaxScale = 16_383;

    /// <summary>Reads what <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">It is no numeric.</exception>
    public PgNumeric(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Canonical = TryParse(text, out PgNumeric number) ? number.Canonical : throw new FormatException($"'{text}' is not a numeric.");
    }

    /// <summary>The number as Postgres prints it: <c>-12.50</c>, <c>NaN</c>, <c>-Infinity</c>.</summary>
    public string Text => Canonical ?? "0";

    /// <summary>Null is the default value, zero.</summary>
    private string? Canonical { get; init; }

    public bool IsNaN => Text == "NaN";

    public bool IsInfinite => Text is "Infinity" or "-Infinity";

    /// <summary>Digits behind the point, trailing zeros included; 0 for NaN and the infinities.</summary>
    public int Scale => Text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 ? Text.Length - point - 1 : 0;

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">It is no numeric.</exception>
    public static PgNumeric Parse(string text) => new(text);

    /// <summary>
    /// Reads what Postgres' numeric reads: white space around it, a sign, digits with a point anywhere, an exponent, and NaN,
    /// Infinity and inf in any case.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PgNumeric number)
    {
        number = default;
        text = text.Trim(" \t\n\r\v\f");
        bool negative = text is ['-', ..];
        bool signed = negative || text is ['+', ..];
        ReadOnlySpan<char> rest = signed ? text[1..] : text;
        if (rest.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            number = Printed("NaN");
            return !signed;
        }

        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase) || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            number = Printed(negative ? "-Infinity" : "Infinity");
            return true;
        }

        int exponent = 0;
        int e = rest.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(rest[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > MaxWholeDigits + MaxScale)
                return false;
            rest = rest[..e];
        }

        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        ReadOnlySpan<char> fraction = point < 0 ? default : rest[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || !AllDigits(whole) || !AllDigits(fraction))
            return false;
        int scale = Math.Max(0, fraction.Length - exponent);
        if (scale > MaxScale)
            return false;
        return TryBuild(negative, string.Concat(whole, fraction), whole.Length + exponent, scale, out number);
    }

    /// <summary>The value as a decimal where it fits without rounding.</summary>
    public bool TryToDecimal(out decimal value) =>
        decimal.TryParse(Text, NumberStyles.Number, CultureInfo.InvariantCulture, out value) &&
        Printed(value.ToString(CultureInfo.InvariantCulture)).Equals(this);

    public int CompareTo(PgNumeric other)
    {
        int order = Class.CompareTo(other.Class);
        if (order != 0 || Class != NumberClass.Finite)
            return order;
        int sign = Split(out ReadOnlySpan<char> whole, out ReadOnlySpan<char> fraction);
        order = sign.CompareTo(other.Split(out ReadOnlySpan<char> otherWhole, out ReadOnlySpan<char> otherFraction));
        if (order != 0)
            return order;
        order = whole.Length.CompareTo(otherWhole.Length);
        if (order == 0)
            order = whole.SequenceCompareTo(otherWhole);
        if (order == 0)
            order = fraction.SequenceCompareTo(otherFraction);
        return sign < 0 ? -order : order;
    }

    public bool Equals(PgNumeric other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is PgNumeric other && Equals(other);

    public override int GetHashCode()
    {
        if (Class != NumberClass.Finite)
            return (int)Class;
        int sign = Split(out ReadOnlySpan<char> whole, out ReadOnlySpan<char> fraction);
        return HashCode.Combine(sign, string.GetHashCode(whole, StringComparison.Ordinal), string.GetHashCode(fraction, StringComparison.Ordinal));
    }

    public override string ToString() => Text;

    public static bool operator ==(PgNumeric left, PgNumeric right) => left.Equals(right);

    public static bool operator !=(PgNumeric left, PgNumeric right) => !left.Equals(right);

    public static bool operator <(PgNumeric left, PgNumeric right) => left.CompareTo(right) < 0;

    public static bool operator >(PgNumeric left, PgNumeric right) => left.CompareTo(right) > 0;

    public static bool operator <=(PgNumeric left, PgNumeric right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PgNumeric left, PgNumeric right) => left.CompareTo(right) >= 0;

    /// <summary>A text that Postgres printed, or that has its form.</summary>
    internal static PgNumeric Printed(string text) => new() { Canonical = text };

    /// <summary>In Postgres' order.</summary>
    private enum NumberClass
    {
        NegativeInfinity,
        Finite,
        Infinity,
        NaN,
    }

    private NumberClass Class => Text switch
    {
        "NaN" => NumberClass.NaN,
        "Infinity" => NumberClass.Infinity,
        "-Infinity" => NumberClass.NegativeInfinity,
        _ => NumberClass.Finite,
    };

    /// <summary>The digits that matter, and the sign: -1, 0 or 1.</summary>
    private int Split(out ReadOnlySpan<char> whole, out ReadOnlySpan<char> fraction)
    {
        ReadOnlySpan<char> text = Text;
        bool negative = text[0] == '-';
        if (negative)
            text = text[1..];
        int point = text.IndexOf('.');
        whole = (point < 0 ? text : text[..point]).TrimStart('0');
        fraction = point < 0 ? default : text[(point + 1)..].TrimEnd('0');
        return whole.IsEmpty && fraction.IsEmpty ? 0 : negative ? -1 : 1;
    }

    /// <param name="digits">All digits; the first <paramref name="before"/> of them stand before the point.</param>
    private static bool TryBuild(bool negative, string digits, int before, int scale, out PgNumeric number)
    {
        ReadOnlySpan<char> whole = digits.AsSpan(0, Math.Clamp(before, 0, digits.Length)).TrimStart('0');
        int zeros = Math.Max(0, before - digits.Length);
        number = default;
        bool isZero = digits.AsSpan().IndexOfAnyExcept('0') < 0;
        if (!isZero && whole.Length + (long)zeros > MaxWholeDigits)
            return false;
        var text = new StringBuilder(whole.Length + scale + 3);
        if (negative && !isZero)
            text.Append('-');
        text.Append(whole);
        if (!whole.IsEmpty)
            text.Append('0', zeros);
        else if (isZero || before <= 0 || zeros == 0)
            text.Append('0');
        if (scale > 0)
        {
            int leading = Math.Min(scale, Math.Max(0, -before));
            text.Append('.').Append('0', leading).Append(digits.AsSpan(Math.Clamp(before, 0, digits.Length)));
        }

        number = Printed(text.ToString());
        return true;
    }

    private static bool AllDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
