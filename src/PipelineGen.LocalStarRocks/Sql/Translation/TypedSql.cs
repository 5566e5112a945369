using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>An SQLite expression and the StarRocks type it stands for.</summary>
internal readonly record struct TypedSql(string Sql, ColumnType Type)
{
    /// <summary>Set for text literals, which take the type of what they meet.</summary>
    public string? LiteralText { get; init; }

    public static TypedSql Of(LiteralExpression literal) => literal.Source switch
    {
        SourceKind.Null => new("NULL", ColumnType.Null),
        SourceKind.String => new(Quote(literal.Text), ColumnType.Text) { LiteralText = literal.Text },
        _ when literal.Type.IsExactText => new($"'{literal.Text}'", literal.Type),
        _ => new(literal.Text, literal.Type),
    };

    // SQLite's literals end at a NUL.
    public static string Quote(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? $"CAST(x'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}' AS TEXT)"
        : Identifiers.StorageText(text);

    /// <summary>The same value in another type's stored form. What can't be converted is NULL, as in StarRocks.</summary>
    public string As(ColumnType target)
    {
        if (Type.Kind == target.Kind && (Type.Kind != TypeKind.Decimal || Type == target))
        {
            return Sql;
        }

        if (Type.Kind == TypeKind.Null)
        {
            return "NULL";
        }

        if (LiteralText is { } text)
        {
            return Stored(target, SourceKind.String, text);
        }

        return target.Kind switch
        {
            TypeKind.DateTime when Type.Kind == TypeKind.Date => $"({Sql} || ' 00:00:00')",
            TypeKind.Date when Type.Kind == TypeKind.DateTime => $"substr({Sql}, 1, 10)",
            TypeKind.Float or TypeKind.Double => $"CAST({Sql} AS REAL)",
            _ when target.IsExactText && Type.IsNumeric => $"CAST({Sql} AS TEXT)",
            _ when target.IsInteger && Type.IsInteger => Sql,
            _ when target.IsInteger && Type.IsNumeric => $"CAST({Sql} AS INTEGER)",
            TypeKind.Varbinary => $"CAST({Sql} AS BLOB)",
            TypeKind.Char or TypeKind.Varchar => $"CAST({Sql} AS TEXT)",
            TypeKind.Json when Type.IsText => $"sr_json({Sql})",
            _ when Type.Kind == target.Kind => Sql,
            _ => throw StarRocksError.NotInStandIn($"a cast from {Type} to {target}"),
        };
    }

    /// <summary>A constant as a column of the type stores it: SQLite's literal, NULL for what doesn't convert.</summary>
    public static string Stored(ColumnType target, SourceKind source, string text)
    {
        var cell = new RowCells(1);
        return ValueConversion.Convert(target, source, Encoding.UTF8.GetBytes(text), cell, 0) != Conversion.Done ? "NULL"
            : cell.Cells[0].Kind switch
            {
                CellKind.Integer => cell.Cells[0].Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
                CellKind.Real when double.IsInfinity(cell.Cells[0].Real) => cell.Cells[0].Real > 0 ? "9e999" : "-9e999",
                CellKind.Real => cell.Cells[0].Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture) is var r && r.AsSpan().IndexOfAny(".E") >= 0 ? r : $"{cell.Cells[0].Real:R}.0",
                CellKind.Blob => $"x'{Convert.ToHexString(cell.Bytes(0))}'",
                _ => Quote(Encoding.UTF8.GetString(cell.Bytes(0))),
            };
    }

    /// <summary>With the collation that orders exact numbers by value.</summary>
    public string Ordered => Type.IsExactText ? $"{Sql} COLLATE SRNUM" : Sql;

    /// <summary>The type both sides of a comparison, or the branches of a CASE, are brought to.</summary>
    public static ColumnType Common(TypedSql left, TypedSql right)
    {
        ColumnType a = left.Type, b = right.Type;
        if (a.Kind == TypeKind.Null || b.Kind == TypeKind.Null)
        {
            return a.Kind == TypeKind.Null ? b : a;
        }

        if (left.LiteralText is not null && right.LiteralText is null)
        {
            return LiteralMeets(left.LiteralText, b);
        }

        if (right.LiteralText is not null && left.LiteralText is null)
        {
            return LiteralMeets(right.LiteralText, a);
        }

        if (a.IsNumeric && b.IsNumeric)
        {
            return a.IsFloating || b.IsFloating ? ColumnType.Double
                : a.Kind == TypeKind.Decimal || b.Kind == TypeKind.Decimal ? new ColumnType(TypeKind.Decimal, Precision: 38, Scale: Math.Max(a.Scale, b.Scale))
                : a.Kind == TypeKind.LargeInt || b.Kind == TypeKind.LargeInt ? ColumnType.LargeInt
                : a.Kind >= b.Kind ? a : b;
        }

        if (a.IsTime && b.IsTime)
        {
            return a.Kind == b.Kind ? a : ColumnType.DateTime;
        }

        return a.Kind == b.Kind ? a
            : a.IsNumeric || b.IsNumeric ? ColumnType.Double
            : a.IsTime ? a
            : b.IsTime ? b
            : ColumnType.Text;
    }

    private static ColumnType LiteralMeets(string literal, ColumnType other)
    {
        if (other.Kind == TypeKind.Date)
        {
            return literal.Length > 10 ? ColumnType.DateTime : other;
        }

        // An integer column against '1.5' must not cut the literal.
        return other.IsInteger && !long.TryParse(literal, out _) ? ColumnType.Double
            : other.Kind is TypeKind.LargeInt or TypeKind.Decimal ? new ColumnType(TypeKind.Decimal, Precision: 76, Scale: 38)
            : other;
    }
}
