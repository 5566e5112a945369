using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Types;

/// <summary>inner_t of <see cref="ContainerSamples"/>.</summary>
internal readonly record struct Inner(string? A, int? B, int?[]? C);

/// <summary>outer_t.</summary>
internal readonly record struct Outer(Inner? I, string?[]? T, Inner?[]? L);

/// <summary>nothing_t.</summary>
internal readonly record struct Nothing;

/// <summary>As the generator writes it.</summary>
internal readonly struct InnerCodec : IColumnEncoder, IColumnDecoder<Inner>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        using var record = new RecordReader(column, value);
        writer.Field<TextCodec>(column.Fields[0], record.Next(), "{\"a\":"u8);
        writer.Field<Int4Codec>(column.Fields[1], record.Next(), ",\"b\":"u8);
        writer.Field<ValueArrayCodec<Int4Codec, int>>(column.Fields[2], record.Next(), ",\"c\":"u8);
        record.End();
        writer.Raw((byte)'}');
    }

    public static Inner Decode(ColumnInfo column, ColumnValue value)
    {
        using var record = new RecordReader(column, value);
        var decoded = new Inner
        {
            A = NullableColumn.Reference<TextCodec, string>(column.Fields[0], record.Next()),
            B = NullableColumn.Value<Int4Codec, int>(column.Fields[1], record.Next()),
            C = NullableColumn.Reference<ValueArrayCodec<Int4Codec, int>, int?[]>(column.Fields[2], record.Next()),
        };
        record.End();
        return decoded;
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        using var record = new RecordReader(column, value);
        text.Raw((byte)'(');
        RecordText.Field<TextCodec>(column.Fields[0], record.Next(), ref text);
        text.Raw((byte)',');
        RecordText.Field<Int4Codec>(column.Fields[1], record.Next(), ref text);
        text.Raw((byte)',');
        RecordText.Field<ValueArrayCodec<Int4Codec, int>>(column.Fields[2], record.Next(), ref text);
        record.End();
        text.Raw((byte)')');
    }
}

/// <summary>As the generator writes it.</summary>
internal readonly struct OuterCodec : IColumnEncoder, IColumnDecoder<Outer>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        using var record = new RecordReader(column, value);
        writer.Field<InnerCodec>(column.Fields[0], record.Next(), "{\"i\":"u8);
        writer.Field<ReferenceArrayCodec<TextCodec, string>>(column.Fields[1], record.Next(), ",\"t\":"u8);
        writer.Field<ValueArrayCodec<InnerCodec, Inner>>(column.Fields[2], record.Next(), ",\"l\":"u8);
        record.End();
        writer.Raw((byte)'}');
    }

    public static Outer Decode(ColumnInfo column, ColumnValue value)
    {
        using var record = new RecordReader(column, value);
        var decoded = new Outer
        {
            I = NullableColumn.Value<InnerCodec, Inner>(column.Fields[0], record.Next()),
            T = NullableColumn.Reference<ReferenceArrayCodec<TextCodec, string>, string?[]>(column.Fields[1], record.Next()),
            L = NullableColumn.Reference<ValueArrayCodec<InnerCodec, Inner>, Inner?[]>(column.Fields[2], record.Next()),
        };
        record.End();
        return decoded;
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        using var record = new RecordReader(column, value);
        text.Raw((byte)'(');
        RecordText.Field<InnerCodec>(column.Fields[0], record.Next(), ref text);
        text.Raw((byte)',');
        RecordText.Field<ReferenceArrayCodec<TextCodec, string>>(column.Fields[1], record.Next(), ref text);
        text.Raw((byte)',');
        RecordText.Field<ValueArrayCodec<InnerCodec, Inner>>(column.Fields[2], record.Next(), ref text);
        record.End();
        text.Raw((byte)')');
    }
}

/// <summary>As the generator writes it.</summary>
internal readonly struct NothingCodec : IColumnEncoder, IColumnDecoder<Nothing>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        using var record = new RecordReader(column, value);
        writer.Raw((byte)'{');
        record.End();
        writer.Raw((byte)'}');
    }

    public static Nothing Decode(ColumnInfo column, ColumnValue value)
    {
        using var record = new RecordReader(column, value);
        var decoded = default(Nothing);
        record.End();
        return decoded;
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        using var record = new RecordReader(column, value);
        text.Raw((byte)'(');
        record.End();
        text.Raw((byte)')');
    }
}
