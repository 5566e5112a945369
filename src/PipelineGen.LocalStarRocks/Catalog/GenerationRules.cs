using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>What a generated column may say (STARROCKS.md, 5.2).</summary>
internal static class GenerationRules
{
    private static readonly HashSet<string> Aggregates = new(StringComparer.OrdinalIgnoreCase)
    {
        "sum", "count", "avg", "min", "max", "any_value", "array_agg", "group_concat", "bitmap_union", "hll_union", "approx_count_distinct", "variance", "stddev",
    };

    // Another value each time or in each session.
    private static readonly HashSet<string> Unsteady = new(StringComparer.OrdinalIgnoreCase)
    {
        "uuid", "now", "current_timestamp", "localtime", "localtimestamp", "utc_timestamp", "curdate", "current_date", "unix_timestamp", "from_unixtime",
    };

    public static void Check(TableDefinition table)
    {
        foreach (ColumnDefinition column in table.Columns)
        {
            if (column.Generation is { } expression)
            {
                Check(table, column, expression);
            }
        }
    }

    /// <summary>Whether the column's expression names another column.</summary>
    public static bool Reads(ColumnDefinition generated, string column) =>
        generated.Generation is { } expression && ExpressionTree.Of(expression).OfType<ColumnExpression>().Any(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>The generated column whose expression names this one, if any.</summary>
    public static ColumnDefinition? Reader(TableDefinition table, string column) => table.Columns.FirstOrDefault(c => Reads(c, column));

    private static void Check(TableDefinition table, ColumnDefinition column, Expression expression)
    {
        if (column.IsKey)
        {
            throw StarRocksError.Analyzing("Generated Column can not be KEY.");
        }

        if (ExpressionTree.Of(expression).OfType<CallExpression>().Any(c => Aggregates.Contains(c.Name)))
        {
            throw StarRocksError.Analyzing("Generated Column don't support aggregation function.");
        }

        foreach (ColumnExpression name in ExpressionTree.Of(expression).OfType<ColumnExpression>())
        {
            int at = name.Table is null ? table.IndexOf(name.Name) : -1;
            string? refusal = at < 0 ? $"Column '{name.Name}' cannot be resolved."
                : table.Columns[at].Generation is not null ? "Expression can not refers to other generated columns."
                : table.Columns[at].AutoIncrement ? "Expression can not refers to AUTO_INCREMENT columns."
                : null;
            if (refusal is not null)
            {
                throw StarRocksError.Analyzing(refusal);
            }
        }

        if (ExpressionTree.Of(expression).OfType<CallExpression>().FirstOrDefault(c => Unsteady.Contains(c.Name)) is { } unsteady)
        {
            throw StarRocksError.NotInStandIn($"{unsteady.Name}() in a generated column");
        }

        CheckType(table, column, expression);
    }

    private static void CheckType(TableDefinition table, ColumnDefinition column, Expression expression)
    {
        MapType type;
        MapType wanted;
        try
        {
            type = GeneratedColumns.Bind(table, expression).Type;
            wanted = MapValue.TypeOf(column.Type);
        }
        catch (LoadFailure)
        {
            throw StarRocksError.NotInStandIn($"{expression.Written} as the expression of a generated column of type {column.Type}");
        }

        TypeKind? width = type == MapType.Integer ? Width(table, expression) : null;
        if ((type != wanted && type != MapType.Null) || (width is { } kind && kind != column.Type.Kind))
        {
            string name = width?.ToString() ?? (type == MapType.Integer ? "BIGINT" : MapValue.Name(type));
            throw StarRocksError.Analyzing($"Illegal expression type for Generated Column Column Type: {column.Type}, Expression Type: {name.ToUpperInvariant()}.");
        }
    }

    // The FE's: literals as small as they can be, sums and products one size up. Null: not known here, and not refused.
    private static TypeKind? Width(TableDefinition table, Expression expression) => expression switch
    {
        ColumnExpression column => table.Columns[table.IndexOf(column.Name)].Type.Kind,
        LiteralExpression literal when long.TryParse(literal.Text, System.Globalization.CultureInfo.InvariantCulture, out long value) => value switch
        {
            >= sbyte.MinValue and <= sbyte.MaxValue => TypeKind.TinyInt,
            >= short.MinValue and <= short.MaxValue => TypeKind.SmallInt,
            >= int.MinValue and <= int.MaxValue => TypeKind.Int,
            _ => TypeKind.BigInt,
        },
        BinaryExpression { Operator: "+" or "-" or "*" } binary when Width(table, binary.Left) is { } left && Width(table, binary.Right) is { } right => Bigger(left) > Bigger(right) ? Bigger(left) : Bigger(right),
        _ => null,
    };

    private static TypeKind Bigger(TypeKind kind) => kind switch
    {
        TypeKind.Boolean or TypeKind.TinyInt => TypeKind.SmallInt,
        TypeKind.SmallInt => TypeKind.Int,
        TypeKind.Int => TypeKind.BigInt,
        _ => kind,
    };
}
