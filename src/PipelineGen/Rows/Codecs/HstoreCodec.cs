using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// hstore into MAP&lt;VARCHAR,VARCHAR&gt; or JSON: an object of texts and nulls. <see cref="ColumnInfo.MaxBytes"/> limits each key
/// and each value.
/// </summary>
public readonly struct HstoreCodec : IColumnEncoder, IColumnDecoder<IReadOnlyDictionary<string, string?>>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
    {
        if (column.MaxBytes > 0 && value.Bytes.Length > column.MaxBytes && !Fits(column, value))
        {
            OutsideDomain.Write<HstoreCodec>(column, value, $"has a key or value of more than the {column.MaxBytes} bytes of the target column's", ref writer);
            return;
        }

        using var pairs = new HstoreReader(column, value);
        writer.Raw((byte)'{');
        bool first = true;
        while (pairs.TryNext(out ReadOnlySpan<byte> key, out ColumnValue item))
        {
            if (!first)
                writer.Raw((byte)',');
            first = false;
            writer.String(key);
            writer.Raw((byte)':');
            if (item.IsNull)
                writer.Raw("null"u8);
            else
                writer.String(item.Bytes);
        }

        writer.Raw((byte)'}');
    }

    public static IReadOnlyDictionary<string, string?> Decode(ColumnInfo column, ColumnValue value)
    {
        using var pairs = new HstoreReader(column, value);
        var map = new Dictionary<string, string?>(StringComparer.Ordinal);
        while (pairs.TryNext(out ReadOnlySpan<byte> key, out ColumnValue item))
        {
            // Keys that differ can only become one where they are not UTF-8.
            if (!map.TryAdd(Encoding.UTF8.GetString(key), item.IsNull ? null : Encoding.UTF8.GetString(item.Bytes)))
                throw ColumnValueException.Malformed(column, value, "an hstore with a key twice");
        }

        return map;
    }

    /// <summary>hstore_out: everything quoted but NULL.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        using var pairs = new HstoreReader(column, value);
        bool first = true;
        while (pairs.TryNext(out ReadOnlySpan<byte> key, out ColumnValue item))
        {
            if (!first)
                text.Raw(", "u8);
            first = false;
            Quote(key, ref text);
            text.Raw("=>"u8);
            if (item.IsNull)
                text.Raw("NULL"u8);
            else
                Quote(item.Bytes, ref text);
        }
    }

    private static bool Fits(ColumnInfo column, scoped ColumnValue value)
    {
        using var pairs = new HstoreReader(column, value);
        bool fits = true;
        while (pairs.TryNext(out ReadOnlySpan<byte> key, out ColumnValue item))
            fits &= key.Length <= column.MaxBytes && item.Bytes.Length <= column.MaxBytes;
        return fits;
    }

    private static void Quote(scoped ReadOnlySpan<byte> plain, ref PgTextWriter text)
    {
        text.Raw((byte)'"');
        while (true)
        {
            int special = plain.IndexOfAny((byte)'"', (byte)'\\');
            if (special < 0)
                break;
            text.Raw(plain[..special]);
            text.Raw((byte)'\\');
            text.Raw(plain[special]);
            plain = plain[(special + 1)..];
        }

        text.Raw(plain);
        text.Raw((byte)'"');
    }
}
