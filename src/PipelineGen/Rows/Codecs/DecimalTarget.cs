namespace PipelineGen.Rows;

/// <summary>What a DECIMAL(p,s), or an integer column of p digits, holds of a decimal text.</summary>
internal static class DecimalTarget
{
    public static void Write<TText>(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        Span<byte> text = writer.Reserve(NumericWire.Room(column, value) + Room(column));
        int length = NumericWire.Format(column, value, text);
        if (!Holds(column, text[..length]))
        {
            if (column.Policy != ValuePolicy.Clamp || IsNaN(text[..length]))
            {
                string reason = text[length - 1] is (byte)'N' or (byte)'y'
                    ? "is not a number that a DECIMAL can hold"
                    : $"does not fit {column.StarRocksType} without rounding";
                OutsideDomain.Write<TText>(column, value, reason, ref writer);
                return;
            }

            length = Clamp(column, text, length);
        }

        if (IsInteger(column))
            length = WriteInteger(column, text, length);
        writer.Advance(length);
    }

    /// <summary>
    /// StarRocks takes a number with a point for a BIGINT or LARGEINT by way of a double, and a LARGEINT without one by way of
    /// 64 bits in some releases; a text of digits is read exactly by all (formats/json/numeric_column.cpp).
    /// </summary>
    /// <returns>The new length; the room behind the text holds two quotes.</returns>
    private static int WriteInteger(ColumnInfo column, Span<byte> text, int length)
    {
        int point = text[..length].IndexOf((byte)'.');
        if (point >= 0)
            length = point;
        if (column.StarRocksType != "LARGEINT")
            return length;
        text[..length].CopyTo(text[1..]);
        text[0] = (byte)'"';
        text[length + 1] = (byte)'"';
        return length + 2;
    }

    private static bool IsInteger(ColumnInfo column) => column.StarRocksType is "BIGINT" or "LARGEINT";

    /// <summary>Bytes that <see cref="Clamp"/> may need beyond those of the text.</summary>
    public static int Room(ColumnInfo column) => column.Precision + 4;

    public static bool IsNaN(ReadOnlySpan<byte> text) => text[^1] == 'N';

    /// <summary>
    /// In place: rounds half away from zero to the scale, then takes the nearest bound, +-(10^(p-s) - 10^-s); an infinity's
    /// nearest is a bound too. Not for NaN.
    /// </summary>
    /// <param name="text">The number, with <see cref="Room"/> behind it.</param>
    /// <returns>The new length.</returns>
    public static int Clamp(ColumnInfo column, Span<byte> text, int length)
    {
        int start = text[0] == '-' ? 1 : 0;
        if (text[length - 1] == 'y')
            return Bound(column, text, start);
        int point = text[start..length].IndexOf((byte)'.');
        point = point < 0 ? length : start + point;
        if (WholeDigits(text[start..point]) > column.Precision - column.Scale)
            return Bound(column, text, start);
        int first = point + 1 + column.Scale;
        if (first < length)
        {
            bool up = text[first] >= '5';
            length = column.Scale == 0 ? point : first;
            if (up && Carry(text[start..length]))
            {
                text[start..length].CopyTo(text[(start + 1)..]);
                text[start] = (byte)'1';
                point++;
                length++;
            }

            if (WholeDigits(text[start..point]) > column.Precision - column.Scale)
                return Bound(column, text, start);
        }

        // Postgres has no negative zero.
        if (start == 1 && text[1..length].IndexOfAnyInRange((byte)'1', (byte)'9') < 0)
            text[1..length--].CopyTo(text);
        return length;
    }

    /// <summary>Trailing zeros beyond the scale are the same value.</summary>
    private static bool Holds(ColumnInfo column, ReadOnlySpan<byte> text)
    {
        if (text[^1] is (byte)'N' or (byte)'y')
            return false;
        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..] : text;
        int point = digits.IndexOf((byte)'.');
        ReadOnlySpan<byte> fraction = point < 0 ? default : digits[(point + 1)..].TrimEnd((byte)'0');
        return WholeDigits(point < 0 ? digits : digits[..point]) <= column.Precision - column.Scale && fraction.Length <= column.Scale;
    }

    private static int WholeDigits(ReadOnlySpan<byte> whole) => whole.TrimStart((byte)'0').Length;

    /// <summary>Adds one to the last digit; true when a digit more is needed before the first.</summary>
    private static bool Carry(Span<byte> digits)
    {
        for (int i = digits.Length - 1; i >= 0; i--)
        {
            if (digits[i] == '.')
                continue;
            if (digits[i] != '9')
            {
                digits[i]++;
                return false;
            }

            digits[i] = (byte)'0';
        }

        return true;
    }

    private static int Bound(ColumnInfo column, Span<byte> text, int at)
    {
        int whole = column.Precision - column.Scale;
        text.Slice(at, whole).Fill((byte)'9');
        at += whole;
        if (whole == 0)
            text[at++] = (byte)'0';
        if (column.Scale == 0)
            return at;
        text[at++] = (byte)'.';
        text.Slice(at, column.Scale).Fill((byte)'9');
        return at + column.Scale;
    }
}
