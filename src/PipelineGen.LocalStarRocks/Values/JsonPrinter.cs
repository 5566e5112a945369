using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>Prints one JSON document canonically, straight from its bytes: documents whose keys come in order are copied in one pass.</summary>
internal static class JsonPrinter
{
    [ThreadStatic]
    private static List<Member>? _members;

    private readonly record struct Member(int Start, int KeyEnd, int End);

    /// <exception cref="JsonException">No document, or text after it.</exception>
    /// <exception cref="InvalidOperationException">A string with half of a surrogate pair.</exception>
    public static void Print(ReadOnlySpan<byte> document, ByteText output)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
        if (!reader.Read())
        {
            throw new JsonException("no document");
        }

        (_members ??= []).Clear();
        Value(ref reader, output);
        if (reader.Read())
        {
            throw new JsonException("text after the document");
        }
    }

    /// <summary>The string or property name that the reader stands at, quoted.</summary>
    public static void String(ref Utf8JsonReader reader, ByteText output)
    {
        if (!reader.ValueIsEscaped)
        {
            output.Add((byte)'"');
            output.Add(reader.ValueSpan);
            output.Add((byte)'"');
            return;
        }

        byte[] text = new byte[reader.ValueSpan.Length];
        JsonText.PrintString(output, text.AsSpan(0, reader.CopyString(text)));
    }

    private static void Value(ref Utf8JsonReader reader, ByteText output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader, output);
                break;
            case JsonTokenType.StartArray:
                output.Add((byte)'[');
                bool first = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (!first)
                    {
                        output.Add(", "u8);
                    }

                    first = false;
                    Value(ref reader, output);
                }

                output.Add((byte)']');
                break;
            case JsonTokenType.String:
                String(ref reader, output);
                break;
            default:
                output.Add(reader.ValueSpan);
                break;
        }
    }

    private static void Object(ref Utf8JsonReader reader, ByteText output)
    {
        List<Member> members = _members!;
        int first = members.Count;
        bool sorted = true;
        output.Add((byte)'{');
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (members.Count > first)
            {
                output.Add(", "u8);
            }

            int start = output.Length;
            String(ref reader, output);
            int keyEnd = output.Length;
            output.Add(": "u8);
            reader.Read();
            Value(ref reader, output);
            var member = new Member(start, keyEnd, output.Length);
            sorted = sorted && (members.Count == first || Compare(output.Written, members[^1], member) <= 0);
            members.Add(member);
        }

        if (!sorted)
        {
            Sort(output, members, first);
        }

        members.RemoveRange(first, members.Count - first);
        output.Add((byte)'}');
    }

    private static void Sort(ByteText output, List<Member> members, int first)
    {
        Member[] own = [.. members.Skip(first)];
        int start = own[0].Start;
        byte[] text = output.Written[start..].ToArray();
        byte[] all = output.Written.ToArray();
        // Stable: duplicate keys stay in their order.
        Member[] ordered = [.. own.Order(Comparer<Member>.Create((a, b) => Compare(all, a, b)))];
        output.CutTo(start);
        for (int i = 0; i < ordered.Length; i++)
        {
            if (i > 0)
            {
                output.Add(", "u8);
            }

            output.Add(text.AsSpan(ordered[i].Start - start, ordered[i].End - ordered[i].Start));
        }
    }

    private static int Compare(ReadOnlySpan<byte> text, Member a, Member b)
    {
        ReadOnlySpan<byte> left = text[(a.Start + 1)..(a.KeyEnd - 1)];
        ReadOnlySpan<byte> right = text[(b.Start + 1)..(b.KeyEnd - 1)];
        return left.Contains((byte)'\\') || right.Contains((byte)'\\')
            ? Unescaped(text[a.Start..a.KeyEnd]).AsSpan().SequenceCompareTo(Unescaped(text[b.Start..b.KeyEnd]))
            : left.SequenceCompareTo(right);
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        byte[] text = new byte[quoted.Length];
        return text[..reader.CopyString(text)];
    }
}
