using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineGen.Pipeline;

/// <summary>JSON documents by value: keys sorted, no white space, the shortest escapes, numbers by their exact value.</summary>
internal static class CanonicalJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>The canonical document; text that is no JSON comes back as it is.</summary>
    public static string Normalise(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Options);
            var output = new StringBuilder(text.Length);
            Append(output, document.RootElement);
            return output.ToString();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a lone surrogate in an escape, which json allows and no .NET string decoder does.
            return text;
        }
    }

    /// <summary>A JSON string with only the escapes that are needed.</summary>
    public static void AppendString(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                output.Append('\\').Append(c);
            else if (c < ' ')
                output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                output.Append(c);
        }

        output.Append('"');
    }

    private static void Append(StringBuilder output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                // Duplicate keys stay, in their order: a side that drops one differs.
                Separated(output, '{', '}', element.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal), static (output, property) =>
                {
                    AppendString(output, property.Name);
                    output.Append(':');
                    Append(output, property.Value);
                });
                break;
            case JsonValueKind.Array:
                Separated(output, '[', ']', element.EnumerateArray(), Append);
                break;
            case JsonValueKind.String:
                AppendString(output, element.GetString()!);
                break;
            case JsonValueKind.Number:
                output.Append(CanonicalNumber.Exact(element.GetRawText()));
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }

    private static void Separated<T>(StringBuilder output, char open, char close, IEnumerable<T> items, Action<StringBuilder, T> append)
    {
        output.Append(open);
        bool first = true;
        foreach (T item in items)
        {
            if (!first)
                output.Append(',');
            first = false;
            append(output, item);
        }

        output.Append(close);
    }
}
