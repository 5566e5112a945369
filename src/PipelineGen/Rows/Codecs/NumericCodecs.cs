using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>
/// numeric into DECIMAL(p,s), an integer key, or LARGEINT: an exact JSON number, digit for digit (STARROCKS.md 1.7).
/// NaN, the infinities and digits that the target lacks meet the policy; <see cref="ValuePolicy.Clamp"/> rounds half away
/// from zero to the scale and then takes the nearest number of the precision. NaN has none.
/// </summary>
public readonly struct NumericCodec : IColumnEncoder, IColumnDecoder<decimal>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        DecimalTarget.Write<NumericCodec>(column, value, ref writer);

    public static decimal Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        var text = new PgTextWriter(stackalloc byte[128]);
        try
        {
            NumericWire.Print(column, value, ref text);
            if (TryRead(text.Written, out decimal number))
                return number;
            if (column.Policy == ValuePolicy.Clamp && column.Precision > 0 && !DecimalTarget.IsNaN(text.Written))
            {
                int length = text.Length;
                text.Truncate(0);
                length = DecimalTarget.Clamp(column, text.Reserve(length + DecimalTarget.Room(column)), length);
                text.Advance(length);
                if (TryRead(text.Written, out number))
                    return number;
            }
        }
        finally
        {
            text.Dispose();
        }

        throw OutsideDomain.Error<NumericCodec>(column, value, "is not a C# decimal");
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => NumericWire.Print(column, value, ref text);

    /// <summary>Exactly or not at all.</summary>
    private static bool TryRead(ReadOnlySpan<byte> text, out decimal number)
    {
        Span<byte> again = stackalloc byte[40];
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out number) &&
            number.TryFormat(again, out int length, default, CultureInfo.InvariantCulture) && text.SequenceEqual(again[..length]);
    }
}

/// <summary>
/// numeric into VARCHAR: the text that Postgres prints, NaN and Infinity included. Nothing is nearest to a number that is
/// too long: cut, it would be another one.
/// </summary>
public readonly struct NumericTextCodec : IColumnEncoder, IColumnDecoder<PgNumeric>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        Span<byte> free = writer.Reserve(NumericWire.Room(column, value) + 2);
        int length = NumericWire.Format(column, value, free[1..]);
        if (TextWire.Exceeds(column, length))
        {
            OutsideDomain.Write<NumericTextCodec>(column, value, TextWire.TooLong(column, length), ref writer);
            return;
        }

        free[0] = (byte)'"';
        free[length + 1] = (byte)'"';
        writer.Advance(length + 2);
    }

    public static PgNumeric Decode(ColumnInfo column, ColumnValue value) => new(TextWire.ReadPrinted<NumericTextCodec>(column, value));

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => NumericWire.Print(column, value, ref text);
}

/// <summary>numeric of more digits than a C# decimal has; encoded as <see cref="NumericCodec"/> does.</summary>
public readonly struct WideNumericCodec : IColumnEncoder, IColumnDecoder<PgNumeric>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        DecimalTarget.Write<WideNumericCodec>(column, value, ref writer);

    public static PgNumeric Decode(ColumnInfo column, ColumnValue value) => NumericTextCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => NumericWire.Print(column, value, ref text);
}
