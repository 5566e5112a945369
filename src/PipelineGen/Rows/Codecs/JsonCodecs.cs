namespace PipelineGen.Rows;

/// <summary>json into a JSON column: the text is the JSON value.</summary>
public readonly struct JsonCodec : IColumnEncoder, IColumnDecoder<PgJson>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        JsonWire.WriteValue<JsonCodec>(column, value, value.Bytes, ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => new(Wire.Present(column, value).ToArray());

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(value.Bytes);
}

/// <summary>jsonb into a JSON column. Its binary format is a version byte 1 and the text.</summary>
public readonly struct JsonbCodec : IColumnEncoder, IColumnDecoder<PgJson>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        JsonWire.WriteValue<JsonbCodec>(column, value, JsonWire.JsonbText(column, value), ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return new PgJson(JsonWire.JsonbText(column, value).ToArray());
    }

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => text.Raw(JsonWire.JsonbText(column, value));
}

/// <summary>
/// json into a VARCHAR column: the text itself, with its key order, duplicates and numbers. Nothing is nearest to a document
/// that is too long: cut, it would be none.
/// </summary>
public readonly struct JsonTextCodec : IColumnEncoder, IColumnDecoder<PgJson>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WriteWhole<JsonTextCodec>(column, value, value.Bytes, ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => JsonCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => JsonCodec.Print(column, value, ref text);
}

/// <summary>jsonb into a VARCHAR column: the text that Postgres prints, as <see cref="JsonTextCodec"/>.</summary>
public readonly struct JsonbTextCodec : IColumnEncoder, IColumnDecoder<PgJson>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        TextWire.WriteWhole<JsonbTextCodec>(column, value, JsonWire.JsonbText(column, value), ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => JsonbCodec.Decode(column, value);

    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text) => JsonbCodec.Print(column, value, ref text);
}

internal static class JsonWire
{
    public static ReadOnlySpan<byte> JsonbText(ColumnInfo column, ColumnValue value)
    {
        if (!value.IsBinary)
            return value.Bytes;
        if (value.Bytes.Length < 2 || value.Bytes[0] != 1)
            throw ColumnValueException.Malformed(column, value, "not jsonb version 1");
        return value.Bytes[1..];
    }

    public static void WriteValue<TText>(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> json, ref LoadWriter writer)
        where TText : struct, IPgText
    {
        ReadOnlySpan<byte> document = json.Trim(" \t\r\n"u8);
        if (document.IsEmpty)
            throw ColumnValueException.Malformed(column, value, "no JSON document");
        // StarRocks reads a JSON null in the load as SQL NULL (STARROCKS.md 1.7): another value than the document 'null'.
        if (document.SequenceEqual("null"u8))
            OutsideDomain.Write<TText>(column, value, "as a JSON document would become SQL NULL in a StarRocks JSON column", ref writer);
        else
            writer.Raw(json);
    }
}
