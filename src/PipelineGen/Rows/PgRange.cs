using System.Globalization;
using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// A range as Postgres has it: empty, or from a lower to an upper bound, each inclusive, exclusive or absent. The default value is
/// the range without bounds. (PostgreSQL documentation, 8.17.)
/// </summary>
/// <typeparam name="T">The bounds' type: the C# type of the range's subtype.</typeparam>
public readonly struct PgRange<T> : IEquatable<PgRange<T>>
{
    private readonly RangeFlags _flags;
    private readonly bool _hasLower;
    private readonly bool _hasUpper;

    private PgRange(RangeFlags flags, T? lower, T? upper)
    {
        _flags = flags & (RangeFlags.Empty | RangeFlags.LowerInclusive | RangeFlags.UpperInclusive);
        _hasLower = (flags & (RangeFlags.Empty | RangeFlags.LowerInfinite)) == 0;
        _hasUpper = (flags & (RangeFlags.Empty | RangeFlags.UpperInfinite)) == 0;
        Lower = lower;
        Upper = upper;
    }

    /// <summary>The range that holds nothing.</summary>
    public static PgRange<T> Empty => new(RangeFlags.Empty, default, default);

    /// <summary>The lower bound; the type's default where <see cref="HasLower"/> is false.</summary>
    public T? Lower { get; }

    /// <summary>The upper bound; the type's default where <see cref="HasUpper"/> is false.</summary>
    public T? Upper { get; }

    public bool IsEmpty => (_flags & RangeFlags.Empty) != 0;

    /// <summary>Whether there is a lower bound; false for an empty range.</summary>
    public bool HasLower => _hasLower;

    /// <summary>Whether there is an upper bound; false for an empty range.</summary>
    public bool HasUpper => _hasUpper;

    public bool IsLowerInclusive => (_flags & RangeFlags.LowerInclusive) != 0;

    public bool IsUpperInclusive => (_flags & RangeFlags.UpperInclusive) != 0;

    /// <summary>As <c>lower_inf</c> in SQL: unbounded below, and not empty.</summary>
    public bool IsLowerUnbounded => !_hasLower && !IsEmpty;

    /// <summary>As <c>upper_inf</c> in SQL: unbounded above, and not empty.</summary>
    public bool IsUpperUnbounded => !_hasUpper && !IsEmpty;

    /// <summary>The range between two bounds; by default <c>[lower,upper)</c>.</summary>
    public static PgRange<T> Between(T lower, T upper, bool lowerInclusive = true, bool upperInclusive = false) => new(
        (lowerInclusive ? RangeFlags.LowerInclusive : 0) | (upperInclusive ? RangeFlags.UpperInclusive : 0), lower, upper);

    /// <summary>The range without an upper bound; by default <c>[lower,)</c>.</summary>
    public static PgRange<T> From(T lower, bool inclusive = true) => new(RangeFlags.UpperInfinite | (inclusive ? RangeFlags.LowerInclusive : 0), lower, default);

    /// <summary>The range without a lower bound; by default <c>(,upper)</c>.</summary>
    public static PgRange<T> Until(T upper, bool inclusive = false) => new(RangeFlags.LowerInfinite | (inclusive ? RangeFlags.UpperInclusive : 0), default, upper);

    /// <summary>Reads what range_out prints; <paramref name="bound"/> reads a bound's text, its quotes and escapes taken off.</summary>
    /// <exception cref="FormatException">It is not the text of a range. Or what <paramref name="bound"/> throws.</exception>
    public static PgRange<T> Parse(string text, Func<string, T> bound)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(bound);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        ReadOnlySpan<byte> rest = utf8;
        if (!RangeSyntax.TryRead(ref rest, out RangeSyntax range) || !rest.IsEmpty)
            throw new FormatException($"'{text}' is not the text of a range.");
        return Of(range.Flags, Bound(range.Lower), Bound(range.Upper));

        T? Bound(scoped ReadOnlySpan<byte> quoted) => quoted.IsEmpty ? default : bound(Encoding.UTF8.GetString(RangeSyntax.Unquote(quoted, new byte[quoted.Length])));
    }

    /// <summary>As range_out prints it, with each bound as <paramref name="bound"/> prints it, quoted where Postgres quotes.</summary>
    public string ToString(Func<T, string> bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        if (IsEmpty)
            return "empty";
        var text = new PgTextWriter(stackalloc byte[128]);
        try
        {
            text.Raw((byte)(IsLowerInclusive ? '[' : '('));
            if (_hasLower)
                Print(Lower!, ref text);
            text.Raw((byte)',');
            if (_hasUpper)
                Print(Upper!, ref text);
            text.Raw((byte)(IsUpperInclusive ? ']' : ')'));
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }

        void Print(T value, ref PgTextWriter text)
        {
            int start = text.Length;
            text.Raw(Encoding.UTF8.GetBytes(bound(value)));
            TextQuoting.Bound(ref text, start);
        }
    }

    /// <summary>As range_out prints it: dates and times in ISO form, numbers invariant, other bounds by their own ToString.</summary>
    public override string ToString() => ToString(static value => value switch
    {
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime { Kind: DateTimeKind.Utc } time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) + "+00",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        double number => OfFloat(number),
        float number => OfFloat(number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    });

    public bool Equals(PgRange<T> other) =>
        _flags == other._flags && _hasLower == other._hasLower && _hasUpper == other._hasUpper &&
        EqualityComparer<T?>.Default.Equals(Lower, other.Lower) && EqualityComparer<T?>.Default.Equals(Upper, other.Upper);

    public override bool Equals(object? obj) => obj is PgRange<T> other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_flags, _hasLower, _hasUpper, Lower, Upper);

    public static bool operator ==(PgRange<T> left, PgRange<T> right) => left.Equals(right);

    public static bool operator !=(PgRange<T> left, PgRange<T> right) => !left.Equals(right);

    private static string OfFloat(double number)
    {
        var text = new PgTextWriter(stackalloc byte[32]);
        FloatText.Print(number, ref text);
        return text.ToString();
    }

    private static string OfFloat(float number)
    {
        var text = new PgTextWriter(stackalloc byte[32]);
        FloatText.Print(number, ref text);
        return text.ToString();
    }

    internal static PgRange<T> Of(RangeFlags flags, T? lower, T? upper) => new(flags, lower, upper);
}
