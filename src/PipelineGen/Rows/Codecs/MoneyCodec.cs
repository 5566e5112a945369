using System.Buffers.Binary;
using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>
/// money into DECIMAL(19,f): int64 in the smallest unit of <c>lc_monetary</c>, of which the catalog file keeps the fraction
/// digits (<see cref="ColumnInfo.Scale"/>). The session prints under lc_monetary C, which knows two fraction digits whatever
/// the database has: so of a text only the digits and the sign count.
/// </summary>
public readonly struct MoneyCodec : IColumnEncoder, IColumnDecoder<decimal>, IPgText
{
    private const int MaxDigits = 19;

    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        Int128 units = Read(column, value);
        if (column.Precision is > 0 and < MaxDigits)
        {
            long bound = 1;
            for (int i = 0; i < column.Precision; i++)
                bound *= 10;
            bound--;
            if (units > bound || units < -bound)
            {
                if (column.Policy != ValuePolicy.Clamp)
                {
                    OutsideDomain.Write<MoneyCodec>(column, value, $"does not fit {column.StarRocksType}", ref writer);
                    return;
                }

                units = units < 0 ? -bound : bound;
            }
        }

        // Into a VARCHAR StarRocks takes a JSON number's digits as they stand.
        int length = (units < 0 ? 1 : 0) + Math.Max(Count(units), column.Scale + 1) + (column.Scale > 0 ? 1 : 0);
        if (TextWire.Exceeds(column, length))
        {
            OutsideDomain.Write<MoneyCodec>(column, value, TextWire.TooLong(column, length), ref writer);
            return;
        }

        if (units < 0)
            writer.Raw((byte)'-');
        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        int count = Digits(units, Math.Min(column.Scale, MaxDigits) + 1, digits);
        writer.Raw(digits[..(count - column.Scale)]);
        if (column.Scale == 0)
            return;
        writer.Raw((byte)'.');
        writer.Raw(digits[(count - column.Scale)..count]);
    }

    private static int Count(Int128 units)
    {
        int count = 1;
        for (Int128 rest = Int128.Abs(units); rest >= 10; rest /= 10)
            count++;
        return count;
    }

    public static decimal Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        decimal number = Read(column, value);
        for (int i = 0; i < column.Scale; i++)
            number *= 0.1m;
        return number;
    }

    /// <summary>As cash_out does under lc_monetary C: <c>$1,234.56</c>, <c>-$0.05</c>.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        Int128 units = Read(column, value);
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        text.Raw(units < 0 ? "-$"u8 : "$"u8);
        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        int count = Digits(units, 3, digits);
        for (int i = 0; i < count - 2; i++)
        {
            if (i > 0 && (count - 2 - i) % 3 == 0)
                text.Raw((byte)',');
            text.Raw(digits[i]);
        }

        text.Raw((byte)'.');
        text.Raw(digits[(count - 2)..count]);
    }

    /// <summary>The digits without sign, with zeros before them up to <paramref name="atLeast"/>.</summary>
    private static int Digits(Int128 units, int atLeast, Span<byte> digits)
    {
        Int128.Abs(units).TryFormat(digits, out int count, default, CultureInfo.InvariantCulture);
        int zeros = Math.Max(0, atLeast - count);
        digits[..count].CopyTo(digits[zeros..]);
        digits[..zeros].Fill((byte)'0');
        return count + zeros;
    }

    internal static long Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadInt64BigEndian(Wire.Fixed(column, value, 8));
        Int128 units = 0;
        int digits = 0;
        bool negative = false;
        foreach (byte b in value.Bytes)
        {
            switch (b)
            {
                case >= (byte)'0' and <= (byte)'9' when digits < MaxDigits:
                    units = (units * 10) + (b - '0');
                    digits++;
                    break;
                case (byte)'-' or (byte)'(' when !negative && digits == 0:
                    negative = true;
                    break;
                // What the locales have as symbols and separators.
                case (byte)'$' or (byte)',' or (byte)'.' or (byte)' ' or (byte)'\'' or (byte)')' or >= 0x80:
                case (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') when digits == 0:
                    break;
                default:
                    throw ColumnValueException.Malformed(column, value, "not an amount of money");
            }
        }

        if (negative)
            units = -units;
        return digits > 0 && units >= long.MinValue && units <= long.MaxValue
            ? (long)units
            : throw ColumnValueException.Malformed(column, value, "not an amount of money");
    }
}
