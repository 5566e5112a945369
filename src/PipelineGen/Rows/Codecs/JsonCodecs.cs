namespace PipelineGen.Rows;

/// <summary>json into a JSON column: the text is the JSON value.</summary>
public readonly struct JsonCodec : IColumnEncoder, IColumnDecoder<PgJson>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => JsonWire.WriteValue(column, value, value.Bytes, ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => new(Wire.Present(column, value).ToArray());
}

/// <summary>jsonb into a JSON column. Its binary format is a version byte 1 and the text.</summary>
public readonly struct JsonbCodec : IColumnEncoder, IColumnDecoder<PgJson>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) =>
        JsonWire.WriteValue(column, value, JsonWire.JsonbText(column, value), ref writer);

    public static PgJson Decode(ColumnInfo column, ColumnValue value)
    {
        Wire.Present(column, value);
        return new PgJson(JsonWire.JsonbText(column, value).ToArray());
    }
}

/// <summary>json into a VARCHAR column: the text itself, with its key order, duplicates and numbers.</summary>
public readonly struct JsonTextCodec : IColumnEncoder, IColumnDecoder<PgJson>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        Wire.CheckLength(column, value.Bytes);
        writer.String(value.Bytes);
    }

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => JsonCodec.Decode(column, value);
}

/// <summary>jsonb into a VARCHAR column: the text that Postgres prints.</summary>
public readonly struct JsonbTextCodec : IColumnEncoder, IColumnDecoder<PgJson>
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        ReadOnlySpan<byte> json = JsonWire.JsonbText(column, value);
        Wire.CheckLength(column, json);
        writer.String(json);
    }

    public static PgJson Decode(ColumnInfo column, ColumnValue value) => JsonbCodec.Decode(column, value);
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

    public static void WriteValue(ColumnInfo column, scoped ColumnValue value, scoped ReadOnlySpan<byte> json, ref LoadWriter writer)
    {
        ReadOnlySpan<byte> document = json.Trim(" \t\r\n"u8);
        if (document.IsEmpty)
            throw ColumnValueException.Malformed(column, value, "no JSON document");
        // StarRocks reads a JSON null in the load as SQL NULL (STARROCKS.md 1.7): another value than the document 'null'.
        if (document.SequenceEqual("null"u8))
            throw ColumnValueException.OutOfDomain(column, "the JSON document null", "would become SQL NULL in a StarRocks JSON column");
        writer.Raw(json);
    }
}
