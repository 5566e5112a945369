using System.Globalization;
using System.Numerics;
using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// What a column's policy makes of a source value that the target can't hold, so that a verification expects what was decided
/// and not what Postgres has (TYPES.md, rule 1). Works on canonical texts; shares no code with the codecs.
/// </summary>
internal static class CanonicalPolicy
{
    /// <summary>The value that the target should hold.</summary>
    /// <param name="raw">As Postgres prints it.</param>
    /// <param name="canonical">The canonical text of it.</param>
    /// <param name="isQuarantined">Set where the row belongs into the quarantine.</param>
    public static string? Apply(ColumnInfo column, CanonicalKind kind, string raw, string canonical, ref bool isQuarantined)
    {
        if (!IsOutside(column, kind, canonical))
            return canonical;
        switch (column.Policy)
        {
            case ValuePolicy.Null:
                return null;
            case ValuePolicy.Clamp:
                return Clamp(column, kind, raw, canonical);
            case ValuePolicy.Quarantine:
                isQuarantined = true;
                return canonical;
            default:
                return canonical;
        }
    }

    private static bool IsOutside(ColumnInfo column, CanonicalKind kind, string canonical) => kind switch
    {
        CanonicalKind.Decimal => !TryDecimal(canonical, out BigInteger unscaled, out int scale) || scale > column.Scale || BigInteger.Abs(unscaled) > Largest(column, scale),
        CanonicalKind.Text when IsNumber(column) => !BigInteger.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole) || BigInteger.Abs(whole) > Largest(column, 0),
        CanonicalKind.Double or CanonicalKind.Single => canonical is "NaN" or "Infinity" or "-Infinity",
        CanonicalKind.Time when column.StarRocksType == "DATETIME" => !IsDate(canonical.AsSpan(0, Math.Min(10, canonical.Length))) || canonical.Length != 26,
        CanonicalKind.Text when column.StarRocksType == "DATE" => !IsDate(canonical),
        CanonicalKind.Microseconds => !long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        CanonicalKind.Json => canonical == "null",
        CanonicalKind.Array => !canonical.StartsWith('['),
        CanonicalKind.Bytes => column.MaxBytes > 0 && canonical.Length > HexLength(column),
        CanonicalKind.Text or CanonicalKind.Trimmed => column.MaxBytes > 0 && Encoding.UTF8.GetByteCount(canonical) > column.MaxBytes,
        _ => false,
    };

    private static string Clamp(ColumnInfo column, CanonicalKind kind, string raw, string canonical)
    {
        bool isNegative = raw.StartsWith('-');
        switch (kind)
        {
            case CanonicalKind.Decimal when raw != "NaN":
            case CanonicalKind.Text when IsNumber(column) && raw != "NaN":
                return ClampNumber(column, canonical, isNegative);
            case CanonicalKind.Double or CanonicalKind.Single when raw != "NaN":
                string largest = kind == CanonicalKind.Double ? double.MaxValue.ToString("R", CultureInfo.InvariantCulture) : float.MaxValue.ToString("R", CultureInfo.InvariantCulture);
                return isNegative ? "-" + largest : largest;
            case CanonicalKind.Time or CanonicalKind.Text when column.StarRocksType is "DATE" or "DATETIME":
                bool isEarly = isNegative || raw.EndsWith(" BC", StringComparison.Ordinal);
                return (isEarly, column.StarRocksType) switch
                {
                    (true, "DATE") => "0001-01-01",
                    (false, "DATE") => "9999-12-31",
                    (true, _) => "0001-01-01 00:00:00.000000",
                    _ => "9999-12-31 23:59:59.999999",
                };
            case CanonicalKind.Microseconds when raw is "infinity" or "-infinity":
                return (isNegative ? long.MinValue : long.MaxValue).ToString(CultureInfo.InvariantCulture);
            case CanonicalKind.Bytes:
                return canonical[..HexLength(column)];
            case CanonicalKind.Text or CanonicalKind.Trimmed:
                return Cut(canonical, column.MaxBytes);
            default:
                return canonical;
        }
    }

    private static string ClampNumber(ColumnInfo column, string canonical, bool isNegative)
    {
        BigInteger largest = Largest(column, column.Scale);
        if (TryDecimal(canonical, out BigInteger unscaled, out int scale))
        {
            // Half away from zero, to the column's digits.
            BigInteger unit = BigInteger.Pow(10, Math.Max(scale - column.Scale, 0));
            BigInteger rounded = (BigInteger.Abs(unscaled) + (unit / 2)) / unit;
            largest = BigInteger.Min(rounded * BigInteger.Pow(10, Math.Max(column.Scale - scale, 0)), largest);
        }

        string digits = largest.ToString(CultureInfo.InvariantCulture).PadLeft(column.Scale + 1, '0');
        string plain = column.Scale == 0 ? digits : $"{digits[..^column.Scale]}.{digits[^column.Scale..]}";
        return isNegative && !largest.IsZero ? "-" + plain : plain;
    }

    private static bool IsNumber(ColumnInfo column) => column.Precision > 0 && column.StarRocksType is "BIGINT" or "LARGEINT";

    /// <summary>The largest value of the column's digits, in units of the scale given.</summary>
    private static BigInteger Largest(ColumnInfo column, int scale) =>
        BigInteger.Pow(10, column.Precision - column.Scale + scale) - BigInteger.Pow(10, Math.Max(scale - column.Scale, 0));

    private static bool TryDecimal(string text, out BigInteger unscaled, out int scale)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        scale = point < 0 ? 0 : text.Length - point - 1;
        return BigInteger.TryParse(text.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out unscaled);
    }

    private static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-' && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[3]) && char.IsAsciiDigit(text[9]);

    /// <summary>Digits of hex that fit: of a VARBINARY two a byte; a VARCHAR counts the digits themselves, and half a byte is none.</summary>
    private static int HexLength(ColumnInfo column) =>
        column.StarRocksType.StartsWith("VARBINARY", StringComparison.Ordinal) ? (int)Math.Min(column.MaxBytes * 2L, int.MaxValue) : column.MaxBytes & ~1;

    private static string Cut(string text, int bytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        int end = Math.Min(bytes, utf8.Length);
        // Not into the middle of a character: its later bytes begin with the bits 10.
        while (end < utf8.Length && end > 0 && (utf8[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(utf8, 0, end);
    }
}
