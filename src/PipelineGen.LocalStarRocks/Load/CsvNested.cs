using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// ARRAY and MAP as CSV writes them: <c>[1,2]</c>, <c>["a","b""c"]</c>, <c>{"k":1}</c>; <c>null</c> for an element that is
/// none (STARROCKS.md, 1.6). White space counts.
/// </summary>
internal static class CsvNested
{
    [ThreadStatic]
    private static RowCells? _scalar;

    public static bool TryPrint(ColumnType type, ReadOnlySpan<byte> text, bool strict, ByteText output) => type.Kind switch
    {
        TypeKind.Array => Array(type.Elements[0], text, strict, output),
        TypeKind.Map => Map(type, text, strict, output),
        _ => Scalar(type, text, strict, output),
    };

    private static bool Array(ColumnType element, ReadOnlySpan<byte> text, bool strict, ByteText output)
    {
        if (text is not [(byte)'[', .., (byte)']'])
        {
            return false;
        }

        text = text[1..^1];
        output.Add((byte)'[');
        bool first = true;
        while (first ? !text.IsEmpty : true)
        {
            int end = End(text, (byte)',', (byte)'[', (byte)']');
            if (end == Broken)
            {
                return false;
            }

            if (!first)
            {
                output.Add((byte)',');
            }

            first = false;
            if (!Element(element, end < 0 ? text : text[..end], strict, output))
            {
                return false;
            }

            if (end < 0)
            {
                break;
            }

            text = text[(end + 1)..];
        }

        output.Add((byte)']');
        return true;
    }

    private static bool Map(ColumnType type, ReadOnlySpan<byte> text, bool strict, ByteText output)
    {
        if (text is not [(byte)'{', .., (byte)'}'])
        {
            return false;
        }

        // The last of duplicate keys is kept, and keys are the same by their text.
        var entries = new List<(Range Key, Range Value)>();
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        text = text[1..^1];
        for (int at = 0; at < text.Length;)
        {
            if (!Entry(text, ref at, out (Range Key, Range Value) entry))
            {
                return false;
            }

            last[Encoding.Latin1.GetString(text[entry.Key])] = entries.Count;
            entries.Add(entry);
        }

        output.Add((byte)'{');
        int printed = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            ReadOnlySpan<byte> key = text[entries[i].Key];
            if (last[Encoding.Latin1.GetString(key)] != i)
            {
                continue;
            }

            if (printed++ > 0)
            {
                output.Add((byte)',');
            }

            if (!Element(type.Elements[0], key, strict, output))
            {
                return false;
            }

            output.Add((byte)':');
            if (!Element(type.Elements[1], text[entries[i].Value], strict, output))
            {
                return false;
            }
        }

        output.Add((byte)'}');
        return true;
    }

    // Neither key nor value may be empty, nor may the text end with a comma.
    private static bool Entry(ReadOnlySpan<byte> text, ref int at, out (Range Key, Range Value) entry)
    {
        entry = default;
        int colon = End(text[at..], (byte)':', (byte)'{', (byte)'}');
        if (colon <= 0)
        {
            return false;
        }

        int value = at + colon + 1;
        int comma = End(text[value..], (byte)',', (byte)'{', (byte)'}');
        int end = comma < 0 ? text.Length : value + comma;
        entry = (at..(at + colon), value..end);
        at = comma < 0 ? text.Length : end + 1;
        return comma != Broken && value < end && (comma < 0 || at < text.Length);
    }

    private const int None = -1;
    private const int Broken = -2;

    /// <summary>The next mark outside quotes and brackets.</summary>
    private static int End(ReadOnlySpan<byte> text, byte mark, byte open, byte close)
    {
        bool quoted = false;
        int level = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if (b == '"')
            {
                quoted = !quoted;
            }
            else if (quoted)
            {
                continue;
            }
            else if (b == mark && level == 0)
            {
                return i;
            }
            else if (b == open)
            {
                level++;
            }
            else if (b == close)
            {
                level--;
            }
        }

        return quoted || level != 0 ? Broken : None;
    }

    private static bool Element(ColumnType type, ReadOnlySpan<byte> text, bool strict, ByteText output)
    {
        int start = output.Length;
        if (text.SequenceEqual("null"u8))
        {
            output.Add("null"u8);
            return true;
        }

        if (TryPrint(type, text, strict, output))
        {
            return true;
        }

        output.CutTo(start);
        output.Add("null"u8);
        return !strict;
    }

    private static bool Scalar(ColumnType type, ReadOnlySpan<byte> text, bool strict, ByteText output)
    {
        if (type.IsText || type.IsTime || type.Kind is TypeKind.Varbinary or TypeKind.Json)
        {
            if (text is not [(byte)'"', .., (byte)'"'])
            {
                return false;
            }

            text = Unquote(text[1..^1]);
        }

        if (type.Kind == TypeKind.Json)
        {
            return JsonText.TryPrint(SourceKind.Nested, text, output);
        }

        RowCells row = _scalar ??= new RowCells(1);
        row.Clear();
        return CsvValue.Convert(type, text, strict, row, 0) == Conversion.Done && NestedText.PrintCell(type, row, output);
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'"'))
        {
            return text;
        }

        var plain = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            plain[length++] = text[i];
            i += text[i] == '"' ? 1 : 0;
        }

        return plain.AsSpan(0, length);
    }
}
