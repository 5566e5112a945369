namespace PipelineGen.Rows;

/// <summary>A range into VARCHAR: the text that Postgres prints. <see cref="ColumnInfo.Element"/> describes the bounds.</summary>
public readonly struct RangeCodec<TElement, T> : IColumnEncoder, IColumnDecoder<PgRange<T>>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WritePrinted<RangeCodec<TElement, T>>(column, value, ref writer);

    public static PgRange<T> Decode(ColumnInfo column, ColumnValue value)
    {
        using var range = new RangeReader(column, value);
        ColumnInfo bound = column.Element!;
        return PgRange<T>.Of(
            range.Flags,
            range.Lower.IsNull ? default : TElement.Decode(bound, range.Lower),
            range.Upper.IsNull ? default : TElement.Decode(bound, range.Upper));
    }

    /// <summary>range_out.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        using var range = new RangeReader(column, value);
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        if (range.IsEmpty)
        {
            text.Raw("empty"u8);
            return;
        }

        text.Raw((byte)(range.Includes(RangeFlags.LowerInclusive) ? '[' : '('));
        PrintBound(column.Element!, range.Lower, ref text);
        text.Raw((byte)',');
        PrintBound(column.Element!, range.Upper, ref text);
        text.Raw((byte)(range.Includes(RangeFlags.UpperInclusive) ? ']' : ')'));
    }

    private static void PrintBound(ColumnInfo column, scoped ColumnValue bound, ref PgTextWriter text)
    {
        if (bound.IsNull)
            return;
        int start = text.Length;
        TElement.Print(column, bound, ref text);
        TextQuoting.Bound(ref text, start);
    }
}

/// <summary>
/// A range into STRUCT&lt;lower,upper,lower_inc,upper_inc,empty&gt;: a bound that is not there is null, as <c>lower()</c> and
/// <c>upper()</c> give it in SQL.
/// </summary>
public readonly struct RangeStructCodec<TElement, T> : IColumnEncoder, IColumnDecoder<PgRange<T>>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        using var range = new RangeReader(column, value);
        writer.Field<TElement>(column.Element!, range.Lower, "{\"lower\":"u8);
        writer.Field<TElement>(column.Element!, range.Upper, ",\"upper\":"u8);
        writer.Raw(range.Includes(RangeFlags.LowerInclusive) ? ",\"lower_inc\":true"u8 : ",\"lower_inc\":false"u8);
        writer.Raw(range.Includes(RangeFlags.UpperInclusive) ? ",\"upper_inc\":true"u8 : ",\"upper_inc\":false"u8);
        writer.Raw(range.IsEmpty ? ",\"empty\":true}"u8 : ",\"empty\":false}"u8);
    }

    public static PgRange<T> Decode(ColumnInfo column, ColumnValue value) => RangeCodec<TElement, T>.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => RangeCodec<TElement, T>.Print(column, value, ref text);
}

/// <summary>
/// A multirange into VARCHAR: the text that Postgres prints. <see cref="ColumnInfo.Element"/> describes the ranges, its
/// <see cref="ColumnInfo.Element"/> their bounds.
/// </summary>
public readonly struct MultirangeCodec<TElement, T> : IColumnEncoder, IColumnDecoder<PgRange<T>[]>, IPgText
    where TElement : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WritePrinted<MultirangeCodec<TElement, T>>(column, value, ref writer);

    public static PgRange<T>[] Decode(ColumnInfo column, ColumnValue value)
    {
        var reader = new MultirangeReader(column, value);
        var ranges = new List<PgRange<T>>();
        while (reader.TryNext(out ColumnValue range))
            ranges.Add(RangeCodec<TElement, T>.Decode(column.Element!, range));
        return [.. ranges];
    }

    /// <summary>multirange_out.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        var reader = new MultirangeReader(column, value);
        text.Raw((byte)'{');
        bool first = true;
        while (reader.TryNext(out ColumnValue range))
        {
            if (!first)
                text.Raw((byte)',');
            first = false;
            RangeCodec<TElement, T>.Print(column.Element!, range, ref text);
        }

        text.Raw((byte)'}');
    }
}
