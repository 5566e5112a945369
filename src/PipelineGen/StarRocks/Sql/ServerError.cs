using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>Reads ERR packets.</summary>
internal static class ServerError
{
    private const int InsecureTransport = 5205; // STARROCKS.md, 7

    /// <summary>The exception that an ERR packet (first byte 0xFF) stands for, the server's text kept.</summary>
    public static StarRocksSqlException Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        reader.Byte();
        int code = reader.UInt16();
        string state = "";
        ReadOnlySpan<byte> text = reader.Rest();
        if (text.Length >= 6 && text[0] == (byte)'#')
        {
            state = Encoding.ASCII.GetString(text[1..6]);
            text = text[6..];
        }

        string message = Encoding.UTF8.GetString(text);
        if (code == InsecureTransport)
        {
            message += " " + SqlTlsUpgrade.Hint;
        }

        return new StarRocksSqlException(StarRocksError.OfSql(code, message), $"StarRocks error {code}{(state.Length > 0 ? $" ({state})" : "")}: {message}", code, state);
    }
}
