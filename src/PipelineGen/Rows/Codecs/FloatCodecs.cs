using System.Buffers.Binary;
using System.Globalization;

namespace PipelineGen.Rows;

/// <summary>
/// float4 into FLOAT: IEEE 754 big-endian, or Postgres' shortest text. JSON has no NaN and no infinity: the policy decides,
/// and <see cref="ValuePolicy.Clamp"/> makes an infinity the largest finite number.
/// </summary>
public readonly struct Float4Codec : IColumnEncoder, IColumnDecoder<float>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        float number = Read(column, value);
        if (!float.IsFinite(number))
        {
            if (column.Policy != ValuePolicy.Clamp || float.IsNaN(number))
            {
                OutsideDomain.Write<Float4Codec>(column, value, FloatText.NotFinite, ref writer);
                return;
            }

            number = number > 0 ? float.MaxValue : float.MinValue;
        }

        // A double that is the float itself: the float's shortest digits are another double.
        if (column.StarRocksType == "DOUBLE")
            FloatText.WriteJson((double)number, ref writer);
        else
            FloatText.WriteJson(number, ref writer);
    }

    public static float Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        float number = Read(column, value);
        if (value.IsBinary)
            FloatText.Print(number, ref text);
        else
            text.Raw(value.Bytes);
    }

    internal static float Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadSingleBigEndian(Wire.Fixed(column, value, 4));
        if (FloatText.TryWord(value.Bytes, out double word))
            return (float)word;
        // A number too large for its type would be read as an infinity.
        return float.TryParse(value.Bytes, FloatText.Strict, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw ColumnValueException.Malformed(column, value, "not a float4");
    }
}

/// <summary>float8 into DOUBLE, as <see cref="Float4Codec"/>.</summary>
public readonly struct Float8Codec : IColumnEncoder, IColumnDecoder<double>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        double number = Read(column, value);
        if (!double.IsFinite(number))
        {
            if (column.Policy != ValuePolicy.Clamp || double.IsNaN(number))
            {
                OutsideDomain.Write<Float8Codec>(column, value, FloatText.NotFinite, ref writer);
                return;
            }

            number = number > 0 ? double.MaxValue : double.MinValue;
        }

        FloatText.WriteJson(number, ref writer);
    }

    public static double Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Read(column, value);
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        double number = Read(column, value);
        if (value.IsBinary)
            FloatText.Print(number, ref text);
        else
            text.Raw(value.Bytes);
    }

    internal static double Read(ColumnInfo column, ColumnValue value)
    {
        if (value.IsBinary)
            return BinaryPrimitives.ReadDoubleBigEndian(Wire.Fixed(column, value, 8));
        if (FloatText.TryWord(value.Bytes, out double word))
            return word;
        return double.TryParse(value.Bytes, FloatText.Strict, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw ColumnValueException.Malformed(column, value, "not a float8");
    }
}
