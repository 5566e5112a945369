using System.Text;

namespace PipelineGen.Rows;

/// <summary>Types whose binary format is a version byte 1 and their text: ltree, lquery, ltxtquery, jsonpath.</summary>
public readonly struct VersionedTextCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WriteText<VersionedTextCodec>(column, value, Read(column, value), ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Encoding.UTF8.GetString(Read(column, value));
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(Read(column, value));

    private static ReadOnlySpan<byte> Read(ColumnInfo column, ColumnValue value)
    {
        if (!value.IsBinary)
            return value.Bytes;
        return value.Bytes is [1, ..] ? value.Bytes[1..] : throw ColumnValueException.Malformed(column, value, "not version 1 of the type's binary format");
    }
}
