using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>vector of pgvector into ARRAY&lt;FLOAT&gt;. <see cref="ColumnInfo.Element"/> describes its numbers.</summary>
public readonly struct VectorCodec : IColumnEncoder, IColumnDecoder<float[]>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => VectorWire.Write(column, value, 4, ref writer);

    public static float[] Decode(ColumnInfo column, ColumnValue value) => VectorWire.Read(column, value, 4);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => VectorWire.Print(column, value, 4, ref text);
}

/// <summary>halfvec of pgvector into ARRAY&lt;FLOAT&gt;, which holds every IEEE half.</summary>
public readonly struct HalfvecCodec : IColumnEncoder, IColumnDecoder<float[]>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => VectorWire.Write(column, value, 2, ref writer);

    public static float[] Decode(ColumnInfo column, ColumnValue value) => VectorWire.Read(column, value, 2);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => VectorWire.Print(column, value, 2, ref text);
}

/// <summary>
/// sparsevec of pgvector into VARCHAR: <c>{1:1.5,3:2}/5</c>. Binary: int32 dimensions, int32 count, int32 unused, the indices as
/// int32 from 0 (from 1 in text), the numbers as float4 (sparsevec_send).
/// </summary>
public readonly struct SparsevecCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<SparsevecCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<SparsevecCodec>(column, value);

    /// <summary>sparsevec_out.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        ReadOnlySpan<byte> bytes = value.Bytes;
        if (bytes.Length < 12)
            throw Malformed(column, value);
        int dimensions = BinaryPrimitives.ReadInt32BigEndian(bytes);
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (dimensions < 1 || count < 0 || count > dimensions || bytes.Length != 12 + (count * 8L))
            throw Malformed(column, value);
        ReadOnlySpan<byte> indices = bytes.Slice(12, count * 4);
        ReadOnlySpan<byte> numbers = bytes[(12 + (count * 4))..];
        text.Raw((byte)'{');
        int last = -1;
        for (int i = 0; i < count; i++)
        {
            int index = BinaryPrimitives.ReadInt32BigEndian(indices[(i * 4)..]);
            if (index <= last || index >= dimensions)
                throw Malformed(column, value);
            last = index;
            if (i > 0)
                text.Raw((byte)',');
            text.Number(index + 1L);
            text.Raw((byte)':');
            FloatText.Print(BinaryPrimitives.ReadSingleBigEndian(numbers[(i * 4)..]), ref text);
        }

        text.Raw("}/"u8);
        text.Number((long)dimensions);
    }

    private static ColumnValueException Malformed(ColumnInfo column, ColumnValue value) => ColumnValueException.Malformed(column, value, "not a sparsevec");
}

internal static class VectorWire
{
    public static void Write(ColumnInfo column, scoped ColumnValue value, int size, ref LoadWriter writer)
    {
        ColumnInfo element = ArrayReader.ElementOf(column);
        var numbers = new VectorReader(column, value, size, stackalloc byte[4]);
        byte before = (byte)'[';
        while (numbers.TryNext(out ColumnValue number))
        {
            writer.Raw(before);
            before = (byte)',';
            Float4Codec.Encode(element, number, ref writer);
        }

        writer.Raw((byte)']');
    }

    public static float[] Read(ColumnInfo column, ColumnValue value, int size)
    {
        ColumnInfo element = ArrayReader.ElementOf(column);
        var numbers = new VectorReader(column, value, size, stackalloc byte[4]);
        var vector = new List<float>(numbers.Capacity);
        while (numbers.TryNext(out ColumnValue number))
            vector.Add(Float4Codec.Decode(element, number));
        return [.. vector];
    }

    /// <summary>vector_out and halfvec_out.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, int size, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        ColumnInfo element = ArrayReader.ElementOf(column);
        var numbers = new VectorReader(column, value, size, stackalloc byte[4]);
        byte before = (byte)'[';
        while (numbers.TryNext(out ColumnValue number))
        {
            text.Raw(before);
            before = (byte)',';
            Float4Codec.Print(element, number, ref text);
        }

        text.Raw((byte)']');
    }
}
