using System.Text;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>JSON values as StarRocks keeps and prints them.</summary>
internal static class JsonText
{
    /// <summary>
    /// VelocyPack's single-line form, which StarRocks' JsonValue::to_string asks for: keys in order, <c>": "</c> and <c>", "</c>.
    /// Number tokens stay as they came.
    /// </summary>
    public static string Print(SourceKind source, ReadOnlySpan<byte> text)
    {
        var output = new StringBuilder();
        switch (source)
        {
            case SourceKind.Null: output.Append("null"); break;
            case SourceKind.True: output.Append("true"); break;
            case SourceKind.False: output.Append("false"); break;
            case SourceKind.Number: output.Append(Encoding.UTF8.GetString(text)); break;
            case SourceKind.String: PrintString(output, Encoding.UTF8.GetString(text)); break;
            default: PrintParsed(output, text); break;
        }

        return output.ToString();
    }

    /// <summary>Any JSON document, canonical; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> document, out string printed)
    {
        var output = new StringBuilder();
        printed = "";
        try
        {
            PrintParsed(output, document);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        printed = output.ToString();
        return true;
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
            if (inString && b == '\\')
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

    internal static void PrintString(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': output.Append("\\\""); break;
                case '\\': output.Append("\\\\"); break;
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                case '\b': output.Append("\\b"); break;
                case '\f': output.Append("\\f"); break;
                case < ' ': output.Append("\\u").Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)); break;
                default: output.Append(c); break;
            }
        }

        output.Append('"');
    }

    private static void PrintParsed(StringBuilder output, ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
        using JsonDocument parsed = JsonDocument.ParseValue(ref reader);
        if (document[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8))
        {
            throw new JsonException("text after the document");
        }

        PrintElement(output, parsed.RootElement);
    }

    private static void PrintElement(StringBuilder output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                output.Append('{');
                bool first = true;
                foreach (JsonProperty property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    output.Append(first ? "" : ", ");
                    first = false;
                    PrintString(output, property.Name);
                    output.Append(": ");
                    PrintElement(output, property.Value);
                }

                output.Append('}');
                break;
            case JsonValueKind.Array:
                output.Append('[');
                for (int i = 0; i < element.GetArrayLength(); i++)
                {
                    output.Append(i == 0 ? "" : ", ");
                    PrintElement(output, element[i]);
                }

                output.Append(']');
                break;
            case JsonValueKind.String:
                PrintString(output, element.GetString()!);
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }
}
