using System.Buffers.Text;
using System.Numerics;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>What a value was in the load body or the statement.</summary>
internal enum SourceKind : byte { Null, True, False, Number, String, Nested }

internal enum Conversion
{
    Done,

    /// <summary>NULL in non-strict mode, a filtered row in strict mode.</summary>
    BadValue,

    /// <summary>The same, for text over its column's bytes.</summary>
    TooLong,

    /// <summary>Rounding overflowed the precision: the sink filters the row in both modes.</summary>
    DecimalOutOfRange,
}

/// <summary>The conversion table of STARROCKS.md, 1.7: from JSON (or a literal) to a stored value.</summary>
internal static class ValueConversion
{
    /// <param name="text">The raw number token, the unescaped string, or the nested JSON.</param>
    public static Conversion Convert(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        if (source == SourceKind.Null)
        {
            row.SetNull(column);
            return Conversion.Done;
        }

        switch (type.Kind)
        {
            case TypeKind.Boolean: return Boolean(source, text, row, column);
            case TypeKind.TinyInt: return Integer(sbyte.MinValue, sbyte.MaxValue, source, text, row, column);
            case TypeKind.SmallInt: return Integer(short.MinValue, short.MaxValue, source, text, row, column);
            case TypeKind.Int: return Integer(int.MinValue, int.MaxValue, source, text, row, column);
            case TypeKind.BigInt: return Integer(long.MinValue, long.MaxValue, source, text, row, column);
            case TypeKind.LargeInt: return LargeInt(source, text, row, column);
            case TypeKind.Decimal: return Decimal(type, source, text, row, column);
            case TypeKind.Float or TypeKind.Double: return Floating(type, source, text, row, column);
            case TypeKind.Date or TypeKind.DateTime: return Time(type, source, text, row, column);
            case TypeKind.Char or TypeKind.Varchar: return Text(type, source, text, row, column);
            case TypeKind.Varbinary:
                // Raw UTF-8 bytes of the string, not base64 (1.7); base64 comes through from_base64 in `columns`.
                if (source != SourceKind.String)
                {
                    return Text(type, source, text, row, column);
                }

                row.SetBlob(column, text);
                return text.Length > type.Length ? Conversion.TooLong : Conversion.Done;
            case TypeKind.Json:
                ByteText json = ByteText.Scratch();
                return JsonText.TryPrint(source, text, json) ? Put(row, column, json) : Conversion.BadValue;
            default:
                ByteText nested = ByteText.Scratch();
                return NestedText.TryPrint(type, source, text, nested) ? Put(row, column, nested) : Conversion.BadValue;
        }
    }

    private static Conversion Put(RowCells row, int column, ByteText text)
    {
        row.SetText(column, text.Written);
        return Conversion.Done;
    }

    private static Conversion Boolean(SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        switch (source)
        {
            case SourceKind.True: row.Set(column, 1L); return Conversion.Done;
            case SourceKind.False: row.Set(column, 0L); return Conversion.Done;
            case SourceKind.Nested: return Conversion.BadValue;
        }

        ReadOnlySpan<byte> trimmed = text.Trim((byte)' ');
        if (source == SourceKind.String && Ascii.EqualsIgnoreCase(trimmed, "true"u8))
        {
            row.Set(column, 1L);
        }
        else if (source == SourceKind.String && Ascii.EqualsIgnoreCase(trimmed, "false"u8))
        {
            row.Set(column, 0L);
        }
        else if (ExactNumbers.TryRead(text, out BigInteger number, out _))
        {
            row.Set(column, number.IsZero ? 0L : 1L);
        }
        else
        {
            return Conversion.BadValue;
        }

        return Conversion.Done;
    }

    private static Conversion Integer(long min, long max, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        long value;
        switch (source)
        {
            case SourceKind.True: value = 1; break;
            case SourceKind.False: value = 0; break;
            case SourceKind.Nested: return Conversion.BadValue;
            default:
                if (!Utf8Parser.TryParse(text, out value, out int consumed) || consumed != text.Length)
                {
                    // Spaces, a fraction (cut) or an exponent.
                    if (!ExactNumbers.TryRead(text, out BigInteger mantissa, out int scale))
                    {
                        return Conversion.BadValue;
                    }

                    BigInteger whole = ExactNumbers.Truncate(mantissa, scale);
                    if (whole < min || whole > max)
                    {
                        return Conversion.BadValue;
                    }

                    value = (long)whole;
                }

                break;
        }

        if (value < min || value > max)
        {
            return Conversion.BadValue;
        }

        row.Set(column, value);
        return Conversion.Done;
    }

    private static Conversion LargeInt(SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        if (source is SourceKind.True or SourceKind.False)
        {
            text = source == SourceKind.True ? "1"u8 : "0"u8;
        }
        else if (source == SourceKind.Nested)
        {
            return Conversion.BadValue;
        }

        if (!ExactNumbers.TryRead(text, out BigInteger mantissa, out int scale))
        {
            return Conversion.BadValue;
        }

        BigInteger whole = ExactNumbers.Truncate(mantissa, scale);
        return ExactNumbers.FitsLargeInt(whole) ? PutNumber(row, column, whole, 0) : Conversion.BadValue;
    }

    private static Conversion Decimal(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        if (source is SourceKind.True or SourceKind.False)
        {
            text = source == SourceKind.True ? "1"u8 : "0"u8;
        }
        else if (source == SourceKind.Nested)
        {
            return Conversion.BadValue;
        }

        if (type.Precision <= 38 && ExactNumbers.TryReadShort(text, out long few, out int fewScale) &&
            ExactNumbers.TryRescale(few, fewScale, type.Scale, out long exact) &&
            (type.Precision > 18 || Math.Abs(exact) < ExactNumbers.ShortPower(type.Precision)) && type.Scale <= 18)
        {
            Span<byte> digits = stackalloc byte[24];
            row.SetText(column, digits[..ExactNumbers.Print(exact, type.Scale, digits)]);
            return Conversion.Done;
        }

        if (!ExactNumbers.TryRead(text, out BigInteger mantissa, out int scale))
        {
            return Conversion.BadValue;
        }

        BigInteger rounded = ExactNumbers.Rescale(mantissa, scale, type.Scale);
        if (!ExactNumbers.FitsDecimal(rounded, type.Precision))
        {
            BigInteger whole = ExactNumbers.Truncate(mantissa, scale);
            return ExactNumbers.FitsDecimal(whole, type.Precision - type.Scale) ? Conversion.DecimalOutOfRange : Conversion.BadValue;
        }

        return PutNumber(row, column, rounded, type.Scale);
    }

    private static Conversion PutNumber(RowCells row, int column, BigInteger mantissa, int scale)
    {
        string printed = ExactNumbers.Print(mantissa, scale);
        Span<byte> bytes = stackalloc byte[160];
        row.SetText(column, bytes[..Encoding.ASCII.GetBytes(printed, bytes)]);
        return Conversion.Done;
    }

    private static Conversion Floating(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        double value;
        switch (source)
        {
            case SourceKind.True: value = 1; break;
            case SourceKind.False: value = 0; break;
            case SourceKind.Nested: return Conversion.BadValue;
            default:
                text = text.Trim((byte)' ');
                if (TryNamed(text, out value))
                {
                    row.Set(column, value);
                    return Conversion.Done;
                }

                if (!Utf8Parser.TryParse(text.TrimStart((byte)'+'), out value, out int consumed) || consumed == 0 || consumed != text.TrimStart((byte)'+').Length)
                {
                    return Conversion.BadValue;
                }

                break;
        }

        value = type.Kind == TypeKind.Float ? (float)value : value;
        if (!double.IsFinite(value))
        {
            return Conversion.BadValue;
        }

        row.Set(column, value);
        return Conversion.Done;
    }

    private static bool TryNamed(ReadOnlySpan<byte> text, out double value)
    {
        ReadOnlySpan<byte> name = text.TrimStart("+-"u8);
        bool negative = text.Length > 0 && text[0] == '-';
        value = 0;
        if (name.Length is < 3 or > 8 || text.Length - name.Length > 1)
        {
            return false;
        }

        if (Ascii.EqualsIgnoreCase(name, "inf"u8) || Ascii.EqualsIgnoreCase(name, "infinity"u8))
        {
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        value = double.NaN;
        return Ascii.EqualsIgnoreCase(name, "nan"u8);
    }

    private static Conversion Time(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        Span<byte> canonical = stackalloc byte[32];
        if (source is not (SourceKind.String or SourceKind.Number) ||
            !DateTimeText.TryNormalise(text, type.Kind == TypeKind.Date, canonical, out int written))
        {
            return Conversion.BadValue;
        }

        row.SetText(column, canonical[..written]);
        return Conversion.Done;
    }

    private static Conversion Text(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, RowCells row, int column)
    {
        text = source switch
        {
            SourceKind.True => "1"u8,
            SourceKind.False => "0"u8,
            SourceKind.Nested => JsonText.Minify(text),
            _ => text,
        };
        if (text.Length > type.Length)
        {
            return Conversion.TooLong;
        }

        if (type.Kind == TypeKind.Varbinary)
        {
            row.SetBlob(column, text);
        }
        else
        {
            row.SetText(column, text);
        }

        return Conversion.Done;
    }
}
