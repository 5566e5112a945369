using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// text, varchar, bpchar, enums and every type that is carried as the text Postgres prints. Binary and text formats of
/// the character types and enums are the same bytes.
/// </summary>
public readonly struct TextCodec : IColumnEncoder, IColumnDecoder<string>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (value.IsBinary && !column.ReadsBinary)
            throw ColumnValueException.Malformed(column, value, "this column is carried as text and arrived in binary format");
        Wire.CheckLength(column, value.Bytes);
        writer.String(value.Bytes);
    }

    public static string Decode(ColumnInfo column, ColumnValue value) => Encoding.UTF8.GetString(Wire.Present(column, value));
}
