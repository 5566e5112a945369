using System.Buffers.Text;
using System.Text.Json;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>ARRAY, MAP and STRUCT values as the text that the SQL endpoint prints: <c>[1,2]</c>, <c>["a",null]</c>, <c>{"k":1}</c>.</summary>
internal static class NestedText
{
    [ThreadStatic]
    private static RowCells? _scalar;

    /// <summary>From native JSON, or from a string that holds it (STARROCKS.md, 1.7).</summary>
    public static bool TryPrint(ColumnType type, SourceKind source, ReadOnlySpan<byte> json, ByteText output)
    {
        if (source is not (SourceKind.Nested or SourceKind.String))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
            return reader.Read() && Print(type, ref reader, output) && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>One element as it stands in the text; false when it can't be of the type.</summary>
    public static bool PrintScalar(ColumnType type, SourceKind source, scoped ReadOnlySpan<byte> text, ByteText output)
    {
        // JSON and nested elements would print through the same scratch text.
        if (type.Kind == TypeKind.Json)
        {
            return source != SourceKind.Null && JsonText.TryPrint(source, text, output);
        }

        RowCells row = _scalar ??= new RowCells(1);
        row.Clear();
        return ValueConversion.Convert(type, source, text, row, 0) == Conversion.Done && PrintCell(type, row, output);
    }

    public static bool PrintCell(ColumnType type, RowCells row, ByteText output)
    {
        int written;
        switch (row.Cells[0].Kind)
        {
            case CellKind.Null:
                return false;
            case CellKind.Integer:
                Utf8Formatter.TryFormat(row.Cells[0].Integer, output.Rest(20), out written);
                output.Advance(written);
                return true;
            case CellKind.Real:
                written = System.Text.Encoding.ASCII.GetBytes(NumberText.Print(type, row.Cells[0].Real), output.Rest(40));
                output.Advance(written);
                return true;
            default:
                if (type.IsText || type.IsTime || type.Kind == TypeKind.Varbinary)
                {
                    JsonText.PrintString(output, row.Bytes(0));
                }
                else
                {
                    output.Add(row.Bytes(0));
                }

                return true;
        }
    }

    private static bool Print(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        switch (type.Kind)
        {
            case TypeKind.Array when reader.TokenType == JsonTokenType.StartArray:
                output.Add((byte)'[');
                for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    Separate(i, output);
                    PrintOrNull(type.Elements[0], ref reader, output);
                }

                output.Add((byte)']');
                return true;
            case TypeKind.Map when reader.TokenType == JsonTokenType.StartObject:
                output.Add((byte)'{');
                for (int i = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; i++)
                {
                    Separate(i, output);
                    PrintKey(type.Elements[0], ref reader, output);
                    output.Add((byte)':');
                    reader.Read();
                    PrintOrNull(type.Elements[1], ref reader, output);
                }

                output.Add((byte)'}');
                return true;
            case TypeKind.Struct when reader.TokenType == JsonTokenType.StartObject:
                PrintStruct(type, ref reader, output);
                return true;
            default:
                return false;
        }
    }

    private static void PrintStruct(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        output.Add((byte)'{');
        for (int i = 0; i < type.FieldNames.Count; i++)
        {
            Separate(i, output);
            JsonText.PrintString(output, System.Text.Encoding.UTF8.GetBytes(type.FieldNames[i]));
            output.Add((byte)':');
            Utf8JsonReader field = reader;
            if (Find(type.FieldNames[i], ref field))
            {
                PrintOrNull(type.Elements[i], ref field, output);
            }
            else
            {
                output.Add("null"u8);
            }
        }

        output.Add((byte)'}');
        reader.Skip();
    }

    private static bool Find(string name, ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static void PrintKey(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        int start = output.Length;
        if (!PrintString(type, ref reader, output))
        {
            output.CutTo(start);
            output.Add("null"u8);
        }
    }

    private static void PrintOrNull(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        int start = output.Length;
        Utf8JsonReader mark = reader;
        bool printed;
        if (type.IsNested)
        {
            printed = Print(type, ref reader, output);
        }
        else
        {
            printed = reader.TokenType switch
            {
                JsonTokenType.Null => false,
                JsonTokenType.True => PrintScalar(type, SourceKind.True, default, output),
                JsonTokenType.False => PrintScalar(type, SourceKind.False, default, output),
                JsonTokenType.Number => PrintScalar(type, SourceKind.Number, reader.ValueSpan, output),
                JsonTokenType.String => PrintString(type, ref reader, output),
                _ => PrintNested(type, ref reader, output),
            };
        }

        if (!printed)
        {
            reader = mark;
            reader.Skip();
            output.CutTo(start);
            output.Add("null"u8);
        }
    }

    private static bool PrintString(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        if (!reader.ValueIsEscaped)
        {
            return PrintScalar(type, SourceKind.String, reader.ValueSpan, output);
        }

        byte[] text = new byte[reader.ValueSpan.Length];
        return PrintScalar(type, SourceKind.String, text.AsSpan(0, reader.CopyString(text)), output);
    }

    // An object or array in the place of a scalar: text or JSON takes it.
    private static bool PrintNested(ColumnType type, ref Utf8JsonReader reader, ByteText output)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return PrintScalar(type, SourceKind.Nested, System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText()), output);
    }

    private static void Separate(int index, ByteText output)
    {
        if (index > 0)
        {
            output.Add((byte)',');
        }
    }
}

/// <summary>FLOAT and DOUBLE as text: the shortest digits that give the value back.</summary>
internal static class NumberText
{
    public static string Print(ColumnType type, double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var culture = System.Globalization.CultureInfo.InvariantCulture;
        string text = type.Kind == TypeKind.Float ? ((float)value).ToString("R", culture) : value.ToString("R", culture);
        return text.Replace("E+", "e+", StringComparison.Ordinal).Replace("E-", "e-", StringComparison.Ordinal);
    }
}
