namespace PipelineGen.Rows;

/// <summary>Any type into VARCHAR, as the text that Postgres prints: what <see cref="ValuePolicy.Text"/> asks for, or the column's type.</summary>
/// <typeparam name="TText">The codec of the Postgres type, which <see cref="ColumnInfo.Element"/> describes.</typeparam>
public readonly struct AsTextCodec<TText> : IColumnEncoder, IColumnDecoder<string>, IPgText
    where TText : struct, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<AsTextCodec<TText>>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<AsTextCodec<TText>>(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => TText.Print(column.Element ?? column, value, ref text);
}
