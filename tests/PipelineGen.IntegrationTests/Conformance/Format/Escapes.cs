using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>The escapes of <c>~</c> body lines and quoted row values: <c>\t \n \r \0 \" \\ \xNN</c> (a byte, in bodies) and <c>\uNNNN</c>.</summary>
internal static class Escapes
{
    public static string Undo(string text) => Encoding.UTF8.GetString(UndoToBytes(text));

    /// <exception cref="FormatException">An escape that is none.</exception>
    public static byte[] UndoToBytes(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int start = i;
            if (text[i] != '\\')
            {
                while (i + 1 < text.Length && text[i + 1] != '\\')
                    i++;
                bytes.AddRange(Encoding.UTF8.GetBytes(text[start..(i + 1)]));
                continue;
            }

            i++;
            char sign = i < text.Length ? text[i] : throw new FormatException("a lone backslash at the end");
            switch (sign)
            {
                case 't': bytes.Add((byte)'\t'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 'r': bytes.Add((byte)'\r'); break;
                case '0': bytes.Add(0); break;
                case '"' or '\\': bytes.Add((byte)sign); break;
                case 'x': bytes.Add((byte)Hex(text, ref i, 2)); break;
                case 'u': bytes.AddRange(Encoding.UTF8.GetBytes(((char)Hex(text, ref i, 4)).ToString())); break;
                default: throw new FormatException($"'\\{sign}' is no escape; \\t \\n \\r \\0 \\\" \\\\ \\xNN \\uNNNN are");
            }
        }

        return [.. bytes];
    }

    private static int Hex(string text, ref int at, int digits)
    {
        if (at + digits >= text.Length || !int.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
            throw new FormatException($"{digits} hex digits are expected after '\\{text[at]}'");
        at += digits;
        return value;
    }
}
