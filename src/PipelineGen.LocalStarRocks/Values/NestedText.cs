using System.Text;
using System.Text.Json;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Values;

/// <summary>ARRAY, MAP and STRUCT values as the text that the SQL endpoint prints: <c>[1,2]</c>, <c>["a",null]</c>, <c>{"k":1}</c>.</summary>
internal static class NestedText
{
    public static bool TryPrint(ColumnType type, SourceKind source, ReadOnlySpan<byte> json, out byte[] printed)
    {
        printed = [];
        if (source is not (SourceKind.Nested or SourceKind.String))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            var output = new StringBuilder();
            if (!Print(type, document.RootElement, output))
            {
                return false;
            }

            printed = Encoding.UTF8.GetBytes(output.ToString());
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Print(ColumnType type, JsonElement element, StringBuilder output)
    {
        switch (type.Kind)
        {
            case TypeKind.Array when element.ValueKind == JsonValueKind.Array:
                output.Append('[');
                for (int i = 0; i < element.GetArrayLength(); i++)
                {
                    output.Append(i == 0 ? "" : ",");
                    PrintOrNull(type.Elements[0], element[i], output);
                }

                output.Append(']');
                return true;
            case TypeKind.Map when element.ValueKind == JsonValueKind.Object:
                output.Append('{');
                string separator = "";
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    output.Append(separator);
                    separator = ",";
                    PrintScalar(type.Elements[0], SourceKind.String, Encoding.UTF8.GetBytes(property.Name), output);
                    output.Append(':');
                    PrintOrNull(type.Elements[1], property.Value, output);
                }

                output.Append('}');
                return true;
            case TypeKind.Struct when element.ValueKind == JsonValueKind.Object:
                output.Append('{');
                for (int i = 0; i < type.FieldNames.Count; i++)
                {
                    output.Append(i == 0 ? "" : ",");
                    JsonText.PrintString(output, type.FieldNames[i]);
                    output.Append(':');
                    JsonElement field = element.TryGetProperty(type.FieldNames[i], out JsonElement found) ? found : default;
                    PrintOrNull(type.Elements[i], field, output);
                }

                output.Append('}');
                return true;
            default:
                return false;
        }
    }

    private static void PrintOrNull(ColumnType type, JsonElement element, StringBuilder output)
    {
        int start = output.Length;
        bool printed = type.IsNested
            ? Print(type, element, output)
            : element.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => false,
                JsonValueKind.True => PrintScalar(type, SourceKind.True, default, output),
                JsonValueKind.False => PrintScalar(type, SourceKind.False, default, output),
                JsonValueKind.Number => PrintScalar(type, SourceKind.Number, Encoding.UTF8.GetBytes(element.GetRawText()), output),
                JsonValueKind.String => PrintScalar(type, SourceKind.String, Encoding.UTF8.GetBytes(element.GetString()!), output),
                _ => PrintScalar(type, SourceKind.Nested, Encoding.UTF8.GetBytes(element.GetRawText()), output),
            };
        if (!printed)
        {
            output.Length = start;
            output.Append("null");
        }
    }

    private static bool PrintScalar(ColumnType type, SourceKind source, ReadOnlySpan<byte> text, StringBuilder output)
    {
        var row = new RowCells(1);
        if (ValueConversion.Convert(type, source, text, row, 0) != Conversion.Done)
        {
            return false;
        }

        switch (row.Cells[0].Kind)
        {
            case CellKind.Null:
                return false;
            case CellKind.Integer:
                output.Append(row.Cells[0].Integer);
                return true;
            case CellKind.Real:
                output.Append(NumberText.Print(type, row.Cells[0].Real));
                return true;
            default:
                string printed = Encoding.UTF8.GetString(row.Bytes(0));
                if (type.IsText || type.IsTime || type.Kind == TypeKind.Varbinary)
                {
                    JsonText.PrintString(output, printed);
                }
                else
                {
                    output.Append(printed);
                }

                return true;
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
