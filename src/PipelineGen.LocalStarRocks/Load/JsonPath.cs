using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>One field of the row at hand: where its token lies in the body.</summary>
internal struct FieldToken
{
    public SourceKind Kind;
    public bool Seen;
    public bool Escaped;
    public int Start;
    public int Length;

    /// <summary>Takes the value that the reader stands at, and moves the reader to its end.</summary>
    public void Take(ref Utf8JsonReader reader, int offset)
    {
        Seen = true;
        Start = offset + (int)reader.TokenStartIndex;
        Length = reader.ValueSpan.Length;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: Kind = SourceKind.Null; break;
            case JsonTokenType.True: Kind = SourceKind.True; break;
            case JsonTokenType.False: Kind = SourceKind.False; break;
            case JsonTokenType.Number: Kind = SourceKind.Number; break;
            case JsonTokenType.String:
                Kind = SourceKind.String;
                Escaped = reader.ValueIsEscaped;
                Start++;
                break;
            default:
                Kind = SourceKind.Nested;
                reader.Skip();
                Length = offset + (int)reader.BytesConsumed - Start;
                break;
        }
    }
}

/// <summary>One path of <c>jsonpaths</c>, or <c>json_root</c>: <c>$.a.b</c>, <c>$.a[0]</c>, <c>$."a.b"</c> (STARROCKS.md, 1.3 and 1.7).</summary>
internal sealed class JsonPath
{
    private readonly List<(byte[]? Key, int Index)> _steps = [];

    private JsonPath(string written) => Written = written;

    public string Written { get; }

    /// <summary>The key, where the path is no more than <c>$.key</c>.</summary>
    public byte[]? SingleKey => _steps is [(not null, _)] ? _steps[0].Key : null;

    /// <exception cref="LoadFailure">No JSON array of paths.</exception>
    public static JsonPath[] ParseList(string header)
    {
        try
        {
            return [.. (JsonSerializer.Deserialize(header, PathList.Default.StringArray) ?? throw Invalid(header)).Select(p => Parse(p ?? throw Invalid(header)))];
        }
        catch (JsonException)
        {
            throw Invalid(header);
        }
    }

    /// <exception cref="LoadFailure">No path.</exception>
    public static JsonPath Parse(string text)
    {
        var path = new JsonPath(text);
        if (!text.StartsWith('$'))
        {
            throw Invalid(text);
        }

        int at = 1;
        while (at < text.Length)
        {
            if (text[at] == '.')
            {
                at++;
                path._steps.Add((Key(text, ref at), 0));
            }
            else if (text[at] == '[')
            {
                int end = text.IndexOf(']', at);
                string inner = end < 0 ? "" : text[(at + 1)..end].Trim();
                if (inner == "*")
                {
                    throw LoadFailure.NotInStandIn($"the JSON path {text}: no [*]");
                }

                path._steps.Add(int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? (null, index) : throw Invalid(text));
                at = end + 1;
            }
            else
            {
                throw Invalid(text);
            }
        }

        return path;
    }

    /// <summary>
    /// Finds the value from a row. Not there: the token stays unseen, and the column becomes NULL. Something else in the path's
    /// way, an array for an object or the reverse, filters the row.
    /// </summary>
    public bool Find(ReadOnlySpan<byte> body, int start, int end, ref FieldToken token)
    {
        var reader = new Utf8JsonReader(body[start..end], new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        foreach ((byte[]? key, int index) in _steps)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return true;
            }

            if (reader.TokenType != (key is null ? JsonTokenType.StartArray : JsonTokenType.StartObject))
            {
                return false;
            }

            if (!(key is null ? ToElement(ref reader, index) : ToProperty(ref reader, key)))
            {
                return true;
            }
        }

        token.Take(ref reader, start);
        return true;
    }

    private static bool ToElement(ref Utf8JsonReader reader, int index)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool ToProperty(ref Utf8JsonReader reader, byte[] key)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(key);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static byte[] Key(string text, ref int at)
    {
        if (at < text.Length && text[at] == '"')
        {
            int close = text.IndexOf('"', at + 1);
            if (close < 0)
            {
                throw Invalid(text);
            }

            string quoted = text[(at + 1)..close];
            at = close + 1;
            return Encoding.UTF8.GetBytes(quoted);
        }

        int end = text.AsSpan(at).IndexOfAny('.', '[');
        string key = end < 0 ? text[at..] : text.Substring(at, end);
        at += key.Length;
        return key.Length == 0 ? throw Invalid(text) : key == "*" ? throw LoadFailure.NotInStandIn($"the JSON path {text}: no *") : Encoding.UTF8.GetBytes(key);
    }

    private static LoadFailure Invalid(string text) => new($"Invalid json path: {text}");
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class PathList : JsonSerializerContext;
