using System.Text;
using System.Text.Json;
using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance.Wire;

/// <summary>A reply, whole.</summary>
/// <param name="Status">Of the status line.</param>
/// <param name="Headers">As they came.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="Continued"><c>100 Continue</c> came before.</param>
/// <param name="Closed">The server closed the connection after it.</param>
internal sealed record RawReply(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, bool Continued, bool Closed)
{
    private Dictionary<string, Fact>? _fields;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>How many redirects led here.</summary>
    public int Hops { get; init; }

    public string? Header(string name) => Headers.FirstOrDefault(h => string.Equals(h.Name, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>What an expectation's key stands for; null: the reply has no such thing.</summary>
    public Fact? Find(string key) => key switch
    {
        "http" => new Fact(Status.ToString(System.Globalization.CultureInfo.InvariantCulture), "int"),
        "body" => new Fact(Text),
        "lines" => new Fact(Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ToString(System.Globalization.CultureInfo.InvariantCulture), "int"),
        "continued" => new Fact(Continued ? "yes" : "no"),
        "closed" => new Fact(Closed ? "yes" : "no"),
        "hops" => new Fact(Hops.ToString(System.Globalization.CultureInfo.InvariantCulture), "int"),
        _ when key.StartsWith("header.", StringComparison.Ordinal) => Header(key["header.".Length..]) is { } value ? new Fact(value) : null,
        _ => Fields.GetValueOrDefault(key),
    };

    private Dictionary<string, Fact> Fields => _fields ??= ReadFields();

    private Dictionary<string, Fact> ReadFields()
    {
        var fields = new Dictionary<string, Fact>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in document.RootElement.EnumerateObject())
                    fields[property.Name] = FactOf(property.Value);
            }
        }
        catch (JsonException)
        {
            // No JSON, no fields: an expectation of one says so, with the body beside it.
        }

        return fields;
    }

    private static Fact FactOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new Fact(value.GetString()!),
        JsonValueKind.Number => new Fact(value.GetRawText(), value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? "int" : "number"),
        JsonValueKind.True or JsonValueKind.False => new Fact(value.GetRawText(), "bool"),
        JsonValueKind.Null => new Fact("null", "null"),
        JsonValueKind.Array => new Fact(value.GetRawText(), "array"),
        _ => new Fact(value.GetRawText(), "object"),
    };

    public override string ToString() =>
        $"HTTP {Status}\n{string.Join('\n', Headers.Select(static h => $"{h.Name}: {h.Value}"))}\n\n{(Text.Length > 2000 ? Text[..2000] + "..." : Text)}";
}
