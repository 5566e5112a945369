using System.Globalization;
using System.Text;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>How a CSV body is written (STARROCKS.md, 1.3 and 1.6). Texts hold one character a byte.</summary>
internal sealed record CsvFormat
{
    private const int MaxDelimiter = 50;

    public string ColumnSeparator { get; init; } = "\t";
    public string RowDelimiter { get; init; } = "\n";

    /// <summary>0: none. The parser then takes the byte 0 for it, as the server's does.</summary>
    public byte Enclose { get; init; }

    /// <summary>0: none, likewise.</summary>
    public byte Escape { get; init; }

    public bool TrimSpace { get; init; }
    public long SkipHeader { get; init; }

    public bool NeedsStateMachine => Enclose != 0 || Escape != 0;

    public static CsvFormat Read(HeaderText text) => new()
    {
        ColumnSeparator = Delimiter(text.Find("column_separator"), "\t"),
        RowDelimiter = Delimiter(text.Find("row_delimiter"), "\n"),
        Enclose = OneByte(text.Find("enclose")),
        Escape = OneByte(text.Find("escape")),
        TrimSpace = text.Flag("trim_space"),
        SkipHeader = text.Find("skip_header") is { } skip
            ? long.TryParse(skip, NumberStyles.None, CultureInfo.InvariantCulture, out long lines) ? lines : throw new LoadFailure($"Invalid csv load skip_header format {skip}")
            : 0,
    };

    private static byte OneByte(string? text) => text is null ? (byte)0 : Encoding.UTF8.GetBytes(text)[0];

    private static string Delimiter(string? text, string absent)
    {
        if (text is null)
        {
            return absent;
        }

        string bytes = text.StartsWith("\\x", StringComparison.OrdinalIgnoreCase)
            ? Hex(text)
            : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Unescape(text)));
        return bytes.Length <= MaxDelimiter ? bytes : throw new LoadFailure($"Invalid delimiter '{text}': it is longer than {MaxDelimiter} bytes");
    }

    // \x01, \x0102 and \x01\x02 alike.
    private static string Hex(string text)
    {
        string digits = text.Replace("\\x", "", StringComparison.OrdinalIgnoreCase);
        if (digits.Length == 0)
        {
            throw new LoadFailure($"Invalid delimiter '{text}': empty hex string");
        }

        if (digits.Length % 2 != 0)
        {
            throw new LoadFailure($"Invalid delimiter '{text}': hex length must be a even number");
        }

        try
        {
            return Encoding.Latin1.GetString(Convert.FromHexString(digits));
        }
        catch (FormatException)
        {
            throw new LoadFailure($"Invalid delimiter '{text}': invalid hex format");
        }
    }

    // A tab or a newline can't stand in a header: they come spelled out.
    private static string Unescape(string text) => text
        .Replace("\\t", "\t", StringComparison.Ordinal)
        .Replace("\\n", "\n", StringComparison.Ordinal)
        .Replace("\\r", "\r", StringComparison.Ordinal);
}
