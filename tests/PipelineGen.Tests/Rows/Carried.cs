using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Carries single values through a codec.</summary>
internal static class Carried
{
    /// <summary>The value's JSON, as a real parser cuts it out of the row.</summary>
    public static string Json<TCodec>(ColumnInfo column, ColumnFormat format, ReadOnlySpan<byte> bytes)
        where TCodec : struct, IColumnEncoder
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        writer.Column<TCodec>(column, new ColumnValue(format, bytes), "{\"v\":"u8);
        writer.Raw(",\"__op\":0}"u8);
        writer.Commit();
        using JsonDocument row = JsonDocument.Parse(buffer.ToArray());
        Assert.Equal(0, row.RootElement.GetProperty("__op").GetInt32());
        return row.RootElement.GetProperty("v").GetRawText();
    }

    /// <summary>Both formats give this JSON and this value.</summary>
    public static void Both<TCodec, T>(ColumnInfo column, byte[] binary, string text, string json, T value)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>
    {
        Assert.Equal(json, Json<TCodec>(column, ColumnFormat.Binary, binary));
        Assert.Equal(json, Json<TCodec>(column, ColumnFormat.Text, Encoding.UTF8.GetBytes(text)));
        Assert.Equal(value, TCodec.Decode(column, new ColumnValue(ColumnFormat.Binary, binary)));
        Assert.Equal(value, TCodec.Decode(column, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))));
        AbsentIsRefused<TCodec, T>(column);
    }

    /// <summary>Neither format can be encoded, and the errors name table, column and <paramref name="said"/>.</summary>
    public static void NeitherEncodes<TCodec>(ColumnInfo column, byte[] binary, string text, params string[] said)
        where TCodec : struct, IColumnEncoder
    {
        Refused(() => Json<TCodec>(column, ColumnFormat.Binary, binary), said);
        Refused(() => Json<TCodec>(column, ColumnFormat.Text, Encoding.UTF8.GetBytes(text)), said);
    }

    public static void NeitherDecodes<TCodec, T>(ColumnInfo column, byte[] binary, string text, params string[] said)
        where TCodec : struct, IColumnDecoder<T>
    {
        Refused(() => TCodec.Decode(column, new ColumnValue(ColumnFormat.Binary, binary)), said);
        Refused(() => TCodec.Decode(column, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))), said);
    }

    /// <summary>NULL is JSON null for an encoder; a decoder of a NOT NULL column has no value for it, nor for what TOAST left out.</summary>
    private static void AbsentIsRefused<TCodec, T>(ColumnInfo column)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>
    {
        Assert.Equal("null", Json<TCodec>(column, ColumnFormat.Null, []));
        Refused(() => TCodec.Decode(column, new ColumnValue(ColumnFormat.Null, [])), "NOT NULL");
        Refused(() => TCodec.Decode(column, new ColumnValue(ColumnFormat.UnchangedToast, [])), "TOAST");
    }

    private static void Refused<T>(Func<T> carry, params string[] said)
    {
        var error = Assert.Throws<ColumnValueException>(() => { _ = carry(); });
        Assert.Equal("sample", error.Column.Name);
        Assert.All(["public.samples", "column sample", .. said], words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
    }
}
