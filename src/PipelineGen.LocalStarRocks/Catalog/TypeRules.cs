using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;
using System.Text;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>Which types a column may have, in which role, and with which default (STARROCKS.md, 4 and 5.2).</summary>
internal static class TypeRules
{
    public static bool CanBePrimaryKey(ColumnType type) =>
        type.IsInteger || type.Kind is TypeKind.LargeInt or TypeKind.Varchar or TypeKind.Date or TypeKind.DateTime;

    public static bool CanBeKey(ColumnType type) => !type.IsFloating && !type.IsNested && type.Kind is not (TypeKind.Json or TypeKind.Null);

    /// <summary>A column of CREATE TABLE or ALTER TABLE by itself, whatever table it is in.</summary>
    public static void CheckColumn(ColumnSyntax column, ServerVersion? version)
    {
        if (!Identifiers.IsColumn(column.Name))
        {
            throw new StarRocksError(1166, "42000", $"Incorrect column name '{column.Name}'");
        }

        if (Identifiers.IsReservedColumn(column.Name))
        {
            throw StarRocksError.Analyzing($"Column name [{column.Name}] is a system reserved name. Please choose a different one.");
        }

        CheckType(column.Type, column, version);
        if (column.BareDefault && version is { } v && !v.IsAtLeast(4, 1))
        {
            throw StarRocksError.Syntax(column.At.Line, column.At.Column, $"Unexpected input '{column.DefaultText}', the most similar input is {{NULL, CURRENT_TIMESTAMP, SINGLE_QUOTED_TEXT, DOUBLE_QUOTED_TEXT}}.");
        }

        CheckDefault(column, version);
    }

    private static void CheckType(ColumnType type, ColumnSyntax column, ServerVersion? version)
    {
        if (type.Kind == TypeKind.Null && type.Length == 1)
        {
            throw StarRocksError.Refused($"Type:TIME of column:{column.Name} does not support");
        }

        if (type.Kind == TypeKind.Decimal)
        {
            // DECIMAL256 came with 4.0.
            int max = version is null || version.Value.IsAtLeast(4, 0) ? 76 : 38;
            if (type.Precision < 1 || type.Precision > max)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"DECIMAL's precision should range from 1 to {max}");
            }

            if (type.Scale > type.Precision)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, "DECIMAL's scale should be less than or equal to precision");
            }
        }

        if (type.Kind == TypeKind.Map && (type.Elements[0].IsNested || type.Elements[0].Kind is TypeKind.Json or TypeKind.Null))
        {
            throw StarRocksError.Refused($"Invalid map key type: {type.Elements[0]}");
        }

        foreach (ColumnType element in type.Elements)
        {
            CheckType(element, column, version);
        }
    }

    private static void CheckDefault(ColumnSyntax column, ServerVersion? version)
    {
        bool valid = column.Default switch
        {
            DefaultKind.CurrentTimestamp => column.Type.Kind == TypeKind.DateTime,
            DefaultKind.Uuid => column.Type.Kind == TypeKind.Varchar && column.Type.Length >= 36,
            DefaultKind.Literal => IsLiteralOf(column, version),
            _ => true,
        };
        if (column is { Default: DefaultKind.Null, Nullable: false })
        {
            throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Can not set null default value to non nullable column: {column.Name}");
        }

        if (!valid)
        {
            throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Invalid default value for '{column.Name}'");
        }
    }

    private static bool IsLiteralOf(ColumnSyntax column, ServerVersion? version)
    {
        if (column.Type.Kind == TypeKind.Null)
        {
            return column.DefaultText!.Length == 0;
        }

        // JSON, ARRAY, MAP and STRUCT defaults came with 4.1; VARBINARY knows only "".
        if ((column.Type.IsNested || column.Type.Kind == TypeKind.Json) && version is { } v && !v.IsAtLeast(4, 1))
        {
            return false;
        }

        byte[] text = Encoding.UTF8.GetBytes(column.DefaultText!);
        return column.Type.Kind switch
        {
            TypeKind.Varbinary => text.Length == 0,
            TypeKind.Json => JsonText.TryParse(text, out _),
            _ => ValueConversion.Convert(column.Type, column.Type.IsNested ? SourceKind.Nested : SourceKind.String, text, new RowCells(1), 0) == Conversion.Done,
        };
    }
}
