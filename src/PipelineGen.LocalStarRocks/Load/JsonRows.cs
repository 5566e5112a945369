using System.Text;
using System.Text.Json;
using System.Text.Unicode;
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
}

/// <summary>
/// Walks the rows of a JSON body without making objects of them. Tokens stay raw, so that no number passes through a double.
/// </summary>
internal ref struct JsonRows
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly byte[][] _fields;
    private readonly bool _strip;
    private Utf8JsonReader _reader;
    private bool _inArray;
    private int _expected;

    /// <exception cref="LoadFailure">The body isn't UTF-8.</exception>
    public JsonRows(ReadOnlySpan<byte> body, byte[][] fields, bool stripOuterArray)
    {
        if (!Utf8.IsValid(body))
        {
            throw new LoadFailure("Failed to parse json, it is not valid UTF-8. error: UTF8_ERROR: The input is not valid UTF-8");
        }

        _body = body;
        _fields = fields;
        _strip = stripOuterArray;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
        Tokens = new FieldToken[fields.Length];
    }

    public FieldToken[] Tokens { get; }

    /// <summary>Where the row at hand lies in the body.</summary>
    public (int Start, int End) Row { get; private set; }

    /// <summary>Moves to the next row. A syntax error fails the whole load, not a row (1.7).</summary>
    public bool Next()
    {
        try
        {
            return MoveNext();
        }
        catch (JsonException e)
        {
            throw new LoadFailure($"Failed to parse json as a document stream. error: {e.Message}");
        }
    }

    /// <summary>A string field's bytes, unescaped into <paramref name="scratch"/> if need be.</summary>
    public readonly ReadOnlySpan<byte> Text(in FieldToken token, ref byte[] scratch)
    {
        ReadOnlySpan<byte> raw = _body.Slice(token.Start, token.Length);
        if (!token.Escaped)
        {
            return raw;
        }

        if (scratch.Length < raw.Length)
        {
            scratch = new byte[Math.Max(raw.Length, scratch.Length * 2)];
        }

        var reader = new Utf8JsonReader(_body.Slice(token.Start - 1, token.Length + 2));
        reader.Read();
        try
        {
            return scratch.AsSpan(0, reader.CopyString(scratch));
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
                    if (_strip && !_inArray)
                    {
                        throw new LoadFailure("The value is object type in json document stream, you can set strip_outer_array=false to parse each document as individual rows");
                    }

                    ReadRow();
                    return true;
                case JsonTokenType.StartArray when !_inArray:
                    if (!_strip)
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

    private void ReadRow()
    {
        Array.Clear(Tokens);
        _expected = 0;
        int start = (int)_reader.TokenStartIndex;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int field = Find();
            _reader.Read();
            if (field < 0 || Tokens[field].Seen)
            {
                // Unknown keys are ignored; the first of duplicate keys wins.
                _reader.Skip();
                continue;
            }

            ref FieldToken token = ref Tokens[field];
            token.Seen = true;
            token.Start = (int)_reader.TokenStartIndex;
            token.Length = _reader.ValueSpan.Length;
            switch (_reader.TokenType)
            {
                case JsonTokenType.Null: token.Kind = SourceKind.Null; break;
                case JsonTokenType.True: token.Kind = SourceKind.True; break;
                case JsonTokenType.False: token.Kind = SourceKind.False; break;
                case JsonTokenType.Number: token.Kind = SourceKind.Number; break;
                case JsonTokenType.String:
                    token.Kind = SourceKind.String;
                    token.Escaped = _reader.ValueIsEscaped;
                    token.Start++;
                    break;
                default:
                    token.Kind = SourceKind.Nested;
                    _reader.Skip();
                    token.Length = (int)_reader.BytesConsumed - token.Start;
                    break;
            }
        }

        Row = (start, (int)_reader.BytesConsumed);
    }

    // Rows of one load nearly always have their keys in one order: the field after the last one found is tried first.
    private int Find()
    {
        if (_reader.ValueIsEscaped)
        {
            byte[] name = Encoding.UTF8.GetBytes(_reader.GetString()!);
            return Array.FindIndex(_fields, f => f.AsSpan().SequenceEqual(name));
        }

        ReadOnlySpan<byte> key = _reader.ValueSpan;
        for (int i = 0; i < _fields.Length; i++)
        {
            int field = _expected + i;
            if (field >= _fields.Length)
            {
                field -= _fields.Length;
            }

            if (_fields[field].AsSpan().SequenceEqual(key))
            {
                _expected = field + 1 == _fields.Length ? 0 : field + 1;
                return field;
            }
        }

        return -1;
    }
}
