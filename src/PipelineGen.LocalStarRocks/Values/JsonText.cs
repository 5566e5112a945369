using System.Text;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>JSON values as StarRocks keeps and prints them.</summary>
internal static class JsonText
{
    // The documented maximum (STARROCKS.md, 4).
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>
    /// VelocyPack's single-line form, which StarRocks' JsonValue::to_string asks for: keys in order, <c>": "</c> and <c>", "</c>.
    /// Number tokens stay as they came.
    /// </summary>
    public static string Print(SourceKind source, ReadOnlySpan<byte> text)
    {
        ByteText output = ByteText.Scratch();
        return TryPrint(source, text, output) ? Encoding.UTF8.GetString(output.Written) : throw new JsonException("not a JSON value");
    }

    /// <summary>Any JSON document, canonical; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> document, out string printed)
    {
        ByteText output = ByteText.Scratch();
        bool parsed = TryPrint(SourceKind.Nested, document, output);
        printed = parsed ? Encoding.UTF8.GetString(output.Written) : "";
        return parsed;
    }

    /// <summary>The same into <paramref name="output"/>; false when the nested text is no JSON document, or too long.</summary>
    public static bool TryPrint(SourceKind source, ReadOnlySpan<byte> text, ByteText output)
    {
        switch (source)
        {
            case SourceKind.Null: output.Add("null"u8); return true;
            case SourceKind.True: output.Add("true"u8); return true;
            case SourceKind.False: output.Add("false"u8); return true;
            case SourceKind.Number: output.Add(text); return true;
            case SourceKind.String: PrintString(output, text); break;
            default:
                try
                {
                    JsonPrinter.Print(text, output);
                }
                catch (Exception e) when (e is JsonException or InvalidOperationException)
                {
                    // InvalidOperationException: half of a surrogate pair.
                    return false;
                }

                break;
        }

        return output.Length <= MaxBytes;
    }

    /// <summary>White space outside strings removed, nothing else touched.</summary>
    public static byte[] Minify(ReadOnlySpan<byte> json)
    {
        var output = new byte[json.Length];
        int length = 0;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte b = json[i];
            if (inString && b == '\\' && i + 1 < json.Length)
            {
                output[length++] = b;
                b = json[++i];
            }
            else if (b == '"')
            {
                inString = !inString;
            }
            else if (!inString && b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            output[length++] = b;
        }

        return output[..length];
    }

    internal static void PrintString(ByteText output, scoped ReadOnlySpan<byte> text)
    {
        output.Add((byte)'"');
        while (true)
        {
            int special = IndexOfSpecial(text);
            if (special < 0)
            {
                break;
            }

            output.Add(text[..special]);
            byte b = text[special];
            text = text[(special + 1)..];
            switch (b)
            {
                case (byte)'\n': output.Add("\\n"u8); break;
                case (byte)'\r': output.Add("\\r"u8); break;
                case (byte)'\t': output.Add("\\t"u8); break;
                case (byte)'\b': output.Add("\\b"u8); break;
                case (byte)'\f': output.Add("\\f"u8); break;
                case >= (byte)' ':
                    output.Add((byte)'\\');
                    output.Add(b);
                    break;
                default:
                    output.Add("\\u00"u8);
                    output.Add((byte)('0' + (b >> 4)));
                    output.Add("0123456789ABCDEF"u8[b & 15]);
                    break;
            }
        }

        output.Add(text);
        output.Add((byte)'"');
    }

    private static int IndexOfSpecial(ReadOnlySpan<byte> text)
    {
        int mark = text.IndexOfAny((byte)'"', (byte)'\\');
        int control = (mark < 0 ? text : text[..mark]).IndexOfAnyInRange((byte)0, (byte)31);
        return control >= 0 ? control : mark;
    }
}
