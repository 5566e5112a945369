using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>Window functions that SQLite computes as StarRocks does.</summary>
internal sealed partial class ExpressionTranslator
{
    private TypedSql Window(WindowExpression window)
    {
        CallExpression call = window.Call;
        if (call.Distinct)
        {
            throw StarRocksError.NotInStandIn("DISTINCT in window functions");
        }

        TypedSql[] a = [.. call.Arguments.Select(Translate)];
        TypedSql function = (call.Name, a.Length) switch
        {
            ("row_number" or "rank" or "dense_rank", 0) => new($"{call.Name}()", ColumnType.BigInt),
            ("percent_rank" or "cume_dist", 0) => new($"{call.Name}()", ColumnType.Double),
            ("ntile", 1) => new($"ntile({a[0].Sql})", ColumnType.BigInt),
            ("lag" or "lead", 1) => new($"{call.Name}({a[0].Sql})", a[0].Type),
            ("lag" or "lead", 2) => new($"{call.Name}({a[0].Sql}, {a[1].Sql})", a[0].Type),
            ("lag" or "lead", 3) => new($"{call.Name}({a[0].Sql}, {a[1].Sql}, {a[2].As(a[0].Type)})", a[0].Type),
            ("first_value" or "last_value", 1) => new($"{call.Name}({a[0].Sql})", a[0].Type),
            ("count", 0) => new("count(*)", ColumnType.BigInt),
            ("count", 1) => new($"count({a[0].Sql})", ColumnType.BigInt),
            ("min" or "max", 1) => new($"{call.Name}({a[0].Ordered})", a[0].Type),
            ("avg", 1) when a[0].Type.IsInteger || a[0].Type.IsFloating => new($"avg({a[0].Sql})", ColumnType.Double),

            // SQLite's sum of integers fails on overflow and says so; the exact types' sum has no inverse and can't slide.
            ("sum", 1) when a[0].Type.IsInteger => new($"sum({a[0].Sql})", ColumnType.BigInt),
            ("sum", 1) when a[0].Type.IsFloating => new($"sum({a[0].Sql})", ColumnType.Double),
            _ => throw StarRocksError.NotInStandIn($"{call.Name} of {string.Join(", ", a.Select(v => v.Type))} as a window function"),
        };

        var parts = new List<string>();
        if (window.PartitionBy.Count > 0)
        {
            parts.Add("PARTITION BY " + string.Join(", ", window.PartitionBy.Select(p => Translate(p).Ordered)));
        }

        if (window.OrderBy.Count > 0)
        {
            parts.Add("ORDER BY " + string.Join(", ", window.OrderBy.Select(o =>
                Translate(o.Value).Ordered + (o.Descending ? " DESC" : "") + o.NullsFirst switch { true => " NULLS FIRST", false => " NULLS LAST", null => "" })));
        }

        if (window.Frame.Length > 0)
        {
            parts.Add(window.Frame);
        }

        return new($"{function.Sql} OVER ({string.Join(' ', parts)})", function.Type);
    }
}
