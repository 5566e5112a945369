namespace PipelineGen.Rows;

/// <summary>
/// T[] with elements of a value type into ARRAY; the elements' codec does the rest. Several dimensions, or a lower bound other
/// than 1, have no place in an ARRAY column and are outside its domain (TYPES.md).
/// </summary>
public readonly struct ValueArrayCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    where T : struct
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, maxDimensions: 1, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value) => ArrayWire.Decode<NullableElement<TElement, T>, TElement, T?>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ArrayText<TElement>.Print(column, value, ref text);
}

/// <summary>T[] with elements of a reference type into ARRAY, as <see cref="ValueArrayCodec{TElement,T}"/>.</summary>
public readonly struct ReferenceArrayCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    where T : class
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, maxDimensions: 1, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value) => ArrayWire.Decode<ReferenceElement<TElement, T>, TElement, T?>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ArrayText<TElement>.Print(column, value, ref text);
}

/// <summary>
/// T[] with elements of a value type into JSON: dimensions become nested JSON arrays. JSON arrays know no lower bounds, so that
/// one other than 1 is outside the domain. The C# value is of one dimension.
/// </summary>
public readonly struct ValueArrayJsonCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    where T : struct
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, int.MaxValue, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value) => ArrayWire.Decode<NullableElement<TElement, T>, TElement, T?>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ArrayText<TElement>.Print(column, value, ref text);
}

/// <summary>T[] with elements of a reference type into JSON, as <see cref="ValueArrayJsonCodec{TElement,T}"/>.</summary>
public readonly struct ReferenceArrayJsonCodec<TElement, T> : IColumnEncoder, IColumnDecoder<T?[]>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    where T : class
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => ArrayWire.Write<TElement>(column, value, int.MaxValue, ref writer);

    public static T?[] Decode(ColumnInfo column, ColumnValue value) => ArrayWire.Decode<ReferenceElement<TElement, T>, TElement, T?>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => ArrayText<TElement>.Print(column, value, ref text);
}

/// <summary>An element that may be NULL, of a value type.</summary>
internal readonly struct NullableElement<TElement, T> : IColumnDecoder<T?>
    where TElement : struct, IColumnDecoder<T>
    where T : struct
{
    public static T? Decode(ColumnInfo column, ColumnValue value) => NullableColumn.Value<TElement, T>(column, value);
}

/// <summary>An element that may be NULL, of a reference type.</summary>
internal readonly struct ReferenceElement<TElement, T> : IColumnDecoder<T?>
    where TElement : struct, IColumnDecoder<T>
    where T : class
{
    public static T? Decode(ColumnInfo column, ColumnValue value) => NullableColumn.Reference<TElement, T>(column, value);
}

/// <summary>The text of an array whatever its target.</summary>
internal readonly struct ArrayText<TElement> : IPgText
    where TElement : struct, IPgText
{
    /// <summary>array_out: bounds only where one is not 1, elements quoted only where they must be.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        using var array = new ArrayReader(column, value);
        if (!value.IsBinary)
        {
            array.Finish();
            text.Raw(value.Bytes);
            return;
        }

        if (array.HasOtherLowerBounds)
            PrintBounds(array, ref text);
        ColumnInfo element = ArrayReader.ElementOf(column);
        for (ArrayToken token; (token = array.Next(out ColumnValue item)) != ArrayToken.End;)
        {
            if (token == ArrayToken.Close)
            {
                text.Raw((byte)'}');
                continue;
            }

            if (!array.IsFirst)
                text.Raw(element.Delimiter);
            if (token == ArrayToken.Open)
                text.Raw((byte)'{');
            else if (item.IsNull)
                text.Raw("NULL"u8);
            else
            {
                int start = text.Length;
                TElement.Print(element, item, ref text);
                TextQuoting.Element(ref text, start, element.Delimiter);
            }
        }
    }

    private static void PrintBounds(scoped ArrayReader array, ref PgTextWriter text)
    {
        for (int i = 0; i < array.Dimensions; i++)
        {
            (int lower, long upper) = array.Bounds(i);
            text.Raw((byte)'[');
            text.Number((long)lower);
            text.Raw((byte)':');
            text.Number(upper);
            text.Raw((byte)']');
        }

        text.Raw((byte)'=');
    }
}

internal static class ArrayWire
{
    private const string NotAList = "has several dimensions or a lower bound other than 1";

    public static void Write<TElement>(ColumnInfo column, scoped ColumnValue value, int maxDimensions, ref LoadWriter writer)
        where TElement : struct, IColumnEncoder, IPgText
    {
        using var array = new ArrayReader(column, value);
        if (array.HasOtherLowerBounds || array.Dimensions > maxDimensions)
        {
            // A torn array is no array of another shape: no policy is for it.
            array.Finish();
            OutsideDomain.Write<ArrayText<TElement>>(column, value, maxDimensions == 1 ? NotAList : "has a lower bound other than 1", ref writer);
            return;
        }

        ColumnInfo element = ArrayReader.ElementOf(column);
        for (ArrayToken token; (token = array.Next(out ColumnValue item)) != ArrayToken.End;)
        {
            if (token == ArrayToken.Close)
            {
                writer.Raw((byte)']');
                continue;
            }

            if (!array.IsFirst)
                writer.Raw((byte)',');
            if (token == ArrayToken.Open)
                writer.Raw((byte)'[');
            else if (item.IsNull)
                writer.Raw("null"u8);
            else
                TElement.Encode(element, item, ref writer);
        }
    }

    public static TItem[] Decode<TDecoder, TElement, TItem>(ColumnInfo column, ColumnValue value)
        where TDecoder : struct, IColumnDecoder<TItem>
        where TElement : struct, IPgText
    {
        using var array = new ArrayReader(column, value);
        if (array.HasOtherLowerBounds || array.Dimensions > 1)
        {
            array.Finish();
            throw ColumnValueException.OutOfDomain(column, OutsideDomain.Describe<ArrayText<TElement>>(column, value), NotAList);
        }

        ColumnInfo element = ArrayReader.ElementOf(column);
        var items = new List<TItem>(array.Capacity);
        for (ArrayToken token; (token = array.Next(out ColumnValue item)) != ArrayToken.End;)
        {
            if (token == ArrayToken.Element)
                items.Add(TDecoder.Decode(element, item));
        }

        return [.. items];
    }
}
