using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Walks the rows of a JSON body without making objects of them (STARROCKS.md, 1.7). Tokens stay raw, so that no number passes
/// through a double.
/// </summary>
internal ref struct JsonRows : IRowSource
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly JsonShape _shape;
    private readonly FieldToken[] _tokens;
    private Utf8JsonReader _reader;

    // Under json_root: the rows of the root at hand, as a piece of the body.
    private Utf8JsonReader _inner;
    private int _innerOffset;
    private bool _inRoot;

    private bool _inArray;
    private int _expected;
    private int _start;
    private int _end;
    private byte[] _scratch;

    /// <exception cref="LoadFailure">The body isn't UTF-8.</exception>
    public JsonRows(ReadOnlySpan<byte> body, JsonShape shape)
    {
        if (!Utf8.IsValid(body))
        {
            throw new LoadFailure("Failed to parse json, it is not valid UTF-8. error: UTF8_ERROR: The input is not valid UTF-8");
        }

        _body = body;
        _shape = shape;
        _scratch = new byte[1024];
        _tokens = new FieldToken[shape.Fields];
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
    }

    public string? Refusal { get; private set; }

    public readonly ReadOnlySpan<byte> Row => _body[_start.._end];

    public readonly bool IsCsv => false;

    /// <summary>Moves to the next row. A syntax error fails the whole load, not a row.</summary>
    public bool Next()
    {
        try
        {
            Refusal = null;
            return _shape.Root is null ? MoveNext() : MoveNextUnderRoot(_shape.Root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair in a key.
            throw new LoadFailure($"Failed to parse json as a document stream. error: {e.Message}");
        }
    }

    public SourceKind Field(int field, out ReadOnlySpan<byte> text)
    {
        ref readonly FieldToken token = ref _tokens[field];
        text = default;
        if (!token.Seen || token.Kind == SourceKind.Null)
        {
            return SourceKind.Null;
        }

        text = _body.Slice(token.Start, token.Length);
        if (token.Escaped)
        {
            text = Unescape(token.Start, token.Length);
        }

        return token.Kind;
    }

    private ReadOnlySpan<byte> Unescape(int start, int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = new byte[Math.Max(length, _scratch.Length * 2)];
        }

        var reader = new Utf8JsonReader(_body.Slice(start - 1, length + 2));
        reader.Read();
        try
        {
            return _scratch.AsSpan(0, reader.CopyString(_scratch));
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate.
            throw new LoadFailure("Failed to parse json string. error: STRING_ERROR: Problem while parsing a string");
        }
    }

    private bool MoveNext()
    {
        while (_reader.Read())
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (_shape.StripOuterArray && !_inArray)
                    {
                        throw new LoadFailure("The value is object type in json document stream, you can set strip_outer_array=false to parse each document as individual rows");
                    }

                    ReadRow(ref _reader, 0);
                    return true;
                case JsonTokenType.StartArray when !_inArray:
                    if (!_shape.StripOuterArray)
                    {
                        throw new LoadFailure("The value is array type in json document stream, you can set strip_outer_array=true to parse each element of the array as individual rows");
                    }

                    _inArray = true;
                    break;
                case JsonTokenType.EndArray:
                    _inArray = false;
                    break;
                default:
                    throw new LoadFailure("the value should be object type in json document stream");
            }
        }

        return false;
    }

    // An outer array is expanded by itself; strip_outer_array is about the array under the root.
    private bool MoveNextUnderRoot(JsonPath root)
    {
        while (!_inRoot || !NextOfRoot())
        {
            _inRoot = false;
            if (!_reader.Read())
            {
                return false;
            }

            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    int start = (int)_reader.TokenStartIndex;
                    _reader.Skip();
                    EnterRoot(root, start, (int)_reader.BytesConsumed);
                    break;
                case JsonTokenType.StartArray when !_inArray:
                    _inArray = true;
                    break;
                case JsonTokenType.EndArray:
                    _inArray = false;
                    break;
                default:
                    throw new LoadFailure("the value should be object type in json document stream");
            }
        }

        return true;
    }

    private void EnterRoot(JsonPath root, int start, int end)
    {
        FieldToken token = default;
        if (!root.Find(_body, start, end, ref token) || !token.Seen)
        {
            throw new LoadFailure($"Failed to find the json root {root.Written}, err: The JSON field referenced does not exist in this object.");
        }

        if (token.Kind != SourceKind.Nested)
        {
            throw new LoadFailure("the value should be object type in json document stream with json root");
        }

        bool isArray = _body[token.Start] == '[';
        if (isArray && !_shape.StripOuterArray)
        {
            throw new LoadFailure("The value is array type in json document stream with json root, you can set strip_outer_array=true to parse each element of the array as individual rows");
        }

        if (!isArray && _shape.StripOuterArray)
        {
            throw new LoadFailure("The value is object type in json document stream with json root, you can set strip_outer_array=false to parse each document as individual rows");
        }

        _innerOffset = token.Start;
        _inner = new Utf8JsonReader(_body.Slice(token.Start, token.Length), new JsonReaderOptions { MaxDepth = 1000 });
        if (isArray)
        {
            _inner.Read();
        }

        _inRoot = true;
    }

    private bool NextOfRoot()
    {
        if (!_inner.Read() || _inner.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        if (_inner.TokenType != JsonTokenType.StartObject)
        {
            throw new LoadFailure("the value should be object type in json document stream with json root");
        }

        ReadRow(ref _inner, _innerOffset);
        return true;
    }

    private void ReadRow(ref Utf8JsonReader reader, int offset)
    {
        Array.Clear(_tokens);
        _expected = 0;
        _start = offset + (int)reader.TokenStartIndex;
        if (_shape.Keys is null)
        {
            reader.Skip();
            _end = offset + (int)reader.BytesConsumed;
            FollowPaths();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int field = Find(ref reader, _shape.Keys);
            reader.Read();
            if (field < 0 || _tokens[field].Seen)
            {
                // Unknown keys are ignored; the first of duplicate keys wins.
                reader.Skip();
                continue;
            }

            _tokens[field].Take(ref reader, offset);
        }

        _end = offset + (int)reader.BytesConsumed;
    }

    private void FollowPaths()
    {
        // Paths beyond the fields are ignored, fields beyond the paths are NULL.
        for (int i = 0; i < Math.Min(_shape.Paths.Length, _tokens.Length); i++)
        {
            if (!_shape.Paths[i].Find(_body, _start, _end, ref _tokens[i]))
            {
                Refusal = $"Failed to follow the json path {_shape.Paths[i].Written}, err: The JSON element does not have the requested type.";
                return;
            }
        }
    }

    // Rows of one load nearly always have their keys in one order: the field after the last one found is tried first.
    private int Find(ref Utf8JsonReader reader, byte[][] keys)
    {
        if (reader.ValueIsEscaped)
        {
            byte[] name = Encoding.UTF8.GetBytes(reader.GetString()!);
            return Array.FindIndex(keys, f => f.AsSpan().SequenceEqual(name));
        }

        ReadOnlySpan<byte> key = reader.ValueSpan;
        for (int i = 0; i < keys.Length; i++)
        {
            int field = _expected + i;
            if (field >= keys.Length)
            {
                field -= keys.Length;
            }

            if (keys[field].AsSpan().SequenceEqual(key))
            {
                _expected = field + 1 == keys.Length ? 0 : field + 1;
                return field;
            }
        }

        return -1;
    }
}

/// <summary>How rows lie in a JSON body, and which of their values are wanted.</summary>
internal sealed class JsonShape
{
    private JsonShape(int fields) => Fields = fields;

    public int Fields { get; }

    /// <summary>A key a field; null where paths have to be followed.</summary>
    public byte[][]? Keys { get; private init; }

    public JsonPath[] Paths { get; private init; } = [];
    public JsonPath? Root { get; private init; }
    public bool StripOuterArray { get; private init; }

    public static JsonShape Make(IReadOnlyList<string> names, LoadHeaders headers)
    {
        JsonPath[] paths = headers.JsonPaths is null ? [] : JsonPath.ParseList(headers.JsonPaths);
        byte[][]? keys = [.. names.Select(Encoding.UTF8.GetBytes)];
        if (paths.Length > 0)
        {
            // A field without a path has a key that no text can have.
            byte[][] single = [.. paths.Take(names.Count).Select(p => p.SingleKey).OfType<byte[]>()];
            bool asKeys = single.Length == Math.Min(paths.Length, names.Count) && single.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count() == single.Length;
            keys = asKeys ? [.. single, .. Enumerable.Repeat<byte[]>([0xFF], names.Count - single.Length)] : null;
        }

        return new JsonShape(names.Count)
        {
            Keys = keys,
            Paths = paths,
            Root = headers.JsonRoot is { } root && root != "$" ? JsonPath.Parse(root) : null,
            StripOuterArray = headers.StripOuterArray,
        };
    }
}
