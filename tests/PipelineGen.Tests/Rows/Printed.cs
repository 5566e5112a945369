using System.Text;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Values as the codecs' texts have them.</summary>
internal static class Printed
{
    public static string Text<TText>(ColumnInfo column, ColumnFormat format, ReadOnlySpan<byte> bytes)
        where TText : struct, IPgText
    {
        // Nothing to begin with, so that every text grows on its way.
        var text = new PgTextWriter([]);
        try
        {
            TText.Print(column, new ColumnValue(format, bytes), ref text);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>Both formats print this text.</summary>
    public static void Both<TText>(ColumnInfo column, byte[] binary, string text)
        where TText : struct, IPgText
    {
        Assert.Equal(text, Text<TText>(column, ColumnFormat.Binary, binary));
        Assert.Equal(text, Text<TText>(column, ColumnFormat.Text, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Every beginning of a binary value, and the value with a byte more, is refused by each side of the codec.</summary>
    public static void TornIsRefused<TCodec, T>(ColumnInfo column, byte[] binary)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
    {
        for (int length = 0; length < binary.Length; length++)
            Refused(binary[..length]);
        Refused([.. binary, 0]);

        void Refused(byte[] torn)
        {
            Assert.Throws<ColumnValueException>(() => Text<TCodec>(column, ColumnFormat.Binary, torn));
            Assert.Throws<ColumnValueException>(() => Carried.Json<TCodec>(column, ColumnFormat.Binary, torn));
            Assert.Throws<ColumnValueException>(() => { _ = TCodec.Decode(column, new ColumnValue(ColumnFormat.Binary, torn)); });
        }
    }

    /// <summary>A text that Postgres never prints is refused where the value is read.</summary>
    public static void TextIsRefused<TCodec, T>(ColumnInfo column, string text)
        where TCodec : struct, IColumnDecoder<T> =>
        Assert.Throws<ColumnValueException>(() => { _ = TCodec.Decode(column, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))); });
}
