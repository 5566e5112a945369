using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// text, varchar, bpchar, enums and every type that is carried as the text Postgres prints. Binary and text formats of
/// the character types and enums are the same bytes. <see cref="ColumnInfo.Trim"/> takes off the spaces that pad char(n).
/// </summary>
public readonly struct TextCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WriteText<TextCodec>(column, value, Read(column, value), ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return Encoding.UTF8.GetString(Read(column, value));
    }

    /// <summary>With its padding: what Postgres prints has it.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        CheckFormat(column, value);
        text.Raw(value.Bytes);
    }

    private static ReadOnlySpan<byte> Read(ColumnInfo column, ColumnValue value)
    {
        CheckFormat(column, value);
        return column.Trim ? value.Bytes.TrimEnd((byte)' ') : value.Bytes;
    }

    private static void CheckFormat(ColumnInfo column, scoped ColumnValue value)
    {
        if (value.IsBinary && !column.ReadsBinary)
            throw ColumnValueException.Malformed(column, value, "this column is carried as text and arrived in binary format");
    }
}
