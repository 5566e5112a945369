using System.Runtime.InteropServices;
using System.Text.Json;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>Prints one JSON document canonically, straight from its bytes: documents whose keys come in order are copied in one pass.</summary>
internal static class JsonPrinter
{
    // Insertion allocates nothing, and has its time squared.
    private const int FewMembers = 64;

    [ThreadStatic]
    private static List<Member>? _members;

    [ThreadStatic]
    private static ByteText? _sorted;

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

    // Duplicate keys stay in their order.
    private static void Sort(ByteText output, List<Member> members, int first)
    {
        int start = members[first].Start;
        if (members.Count - first > FewMembers)
        {
            Order(output, members, first);
        }
        else
        {
            Insert(output, members, first);
        }

        ByteText sorted = _sorted ??= new ByteText();
        sorted.CutTo(0);
        for (int i = first; i < members.Count; i++)
        {
            if (i > first)
            {
                sorted.Add(", "u8);
            }

            sorted.Add(output.Written[members[i].Start..members[i].End]);
        }

        output.CutTo(start);
        output.Add(sorted.Written);
    }

    // Apart from its caller, which would make the closure for small objects too.
    private static void Order(ByteText output, List<Member> members, int first)
    {
        Member[] ordered = [.. members.Skip(first).Order(Comparer<Member>.Create((a, b) => Compare(output.Written, a, b)))];
        ordered.CopyTo(CollectionsMarshal.AsSpan(members)[first..]);
    }

    private static void Insert(ByteText output, List<Member> members, int first)
    {
        for (int i = first + 1; i < members.Count; i++)
        {
            Member member = members[i];
            int to = i;
            for (; to > first && Compare(output.Written, members[to - 1], member) > 0; to--)
            {
                members[to] = members[to - 1];
            }

            members[to] = member;
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
