using System.Numerics;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;
using static PipelineGen.LocalStarRocks.Load.MappingTypes;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Binds an expression of <c>columns</c> or <c>where</c> (STARROCKS.md, 1.3 and 1.8). Types as the FE gives them: arithmetic on
/// text is done in DOUBLE, exact numbers stay exact. What isn't here is refused by name.
/// </summary>
internal sealed class MappingCompiler(Func<ColumnExpression, Mapping> column)
{
    // Each level is a call more, here and again for every row.
    private const int MaxDepth = 500;

    private int _depth;

    public Mapping Compile(Expression expression)
    {
        if (++_depth > MaxDepth)
        {
            throw LoadFailure.NotInStandIn("an expression that nests so deep");
        }

        Mapping mapping = Bind(expression);
        _depth--;
        return mapping;
    }

    private Mapping Bind(Expression expression) => expression switch
    {
        LiteralExpression literal => Literal(literal),
        ColumnExpression name => column(name),
        UnaryExpression { Operator: "NOT" } not => Logic(Condition(not.Operand), static v => MapValue.Of(!v.IsTrue)),
        UnaryExpression { Operator: "-" } minus => Arithmetic("-", Constant(MapType.Integer, MapValue.Of(BigInteger.Zero)), Compile(minus.Operand)),
        BinaryExpression { Operator: "AND" } and => Both(Condition(and.Left), Condition(and.Right), decides: false),
        BinaryExpression { Operator: "OR" } or => Both(Condition(or.Left), Condition(or.Right), decides: true),
        BinaryExpression { Operator: "=" or "<>" or "<" or "<=" or ">" or ">=" or "<=>" } compare => Compare(compare.Operator, Compile(compare.Left), Compile(compare.Right)),
        BinaryExpression binary => Arithmetic(binary.Operator, Compile(binary.Left), Compile(binary.Right)),
        BetweenExpression between => Negated(between.Not, Both(
            Compare(">=", Compile(between.Operand), Compile(between.Low)), Compare("<=", Compile(between.Operand), Compile(between.High)), decides: false)),
        InExpression { Query: null } list => Negated(list.Not, list.Items.Select(i => Compare("=", Compile(list.Operand), Compile(i))).Aggregate((a, b) => Both(a, b, decides: true))),
        LikeExpression like => Negated(like.Not, Like(Compile(like.Operand), like.Pattern)),
        IsNullExpression isNull => IsNull(Compile(isNull.Operand), isNull.Not),
        CaseExpression branches => Case(branches),
        CastExpression cast => Cast(Compile(cast.Operand), cast.Target),
        CallExpression { Distinct: false } call => MappingFunctions.Bind(call.Name, [.. call.Arguments.Select(Compile)]),
        _ => throw LoadFailure.NotInStandIn($"the expression {expression.Written} in a load"),
    };

    private static Mapping Literal(LiteralExpression literal) => literal.Source switch
    {
        SourceKind.Null => Constant(MapType.Null, MapValue.Null),
        SourceKind.True or SourceKind.False => Constant(MapType.Boolean, MapValue.Of(literal.Source == SourceKind.True)),
        SourceKind.Number when literal.Type.IsFloating => Constant(MapType.Double, MapValue.Of(double.Parse(literal.Text, System.Globalization.CultureInfo.InvariantCulture))),
        SourceKind.Number when ExactNumbers.TryRead(Encoding.UTF8.GetBytes(literal.Text), out BigInteger mantissa, out int scale) =>
            literal.Type.Kind == TypeKind.Decimal ? Constant(MapType.Decimal, MapValue.Of(mantissa, scale)) : Constant(MapType.Integer, MapValue.Of(mantissa)),
        _ => Constant(MapType.Text, MapValue.OfText(literal.Text)),
    };

    private Mapping Condition(Expression expression)
    {
        Mapping condition = Compile(expression);
        return condition.Type is MapType.Boolean or MapType.Null or MapType.Integer or MapType.Decimal or MapType.Double
            ? condition
            : throw LoadFailure.NotInStandIn($"a {MapValue.Name(condition.Type)} as a condition");
    }

    private static Mapping Logic(Mapping operand, Func<MapValue, MapValue> of) => new(MapType.Boolean, row =>
    {
        MapValue value = operand.Value(row);
        return value.IsNull ? value : of(value);
    });

    private static Mapping Negated(bool not, Mapping condition) => not ? Logic(condition, static v => MapValue.Of(!v.IsTrue)) : condition;

    private static Mapping IsNull(Mapping operand, bool not) => new(MapType.Boolean, row => MapValue.Of(operand.Value(row).IsNull != not));

    // AND is decided by one false, OR by one true; NULL otherwise weighs more than the other value.
    private static Mapping Both(Mapping left, Mapping right, bool decides) => new(MapType.Boolean, row =>
    {
        MapValue a = left.Value(row);
        if (!a.IsNull && a.IsTrue == decides)
        {
            return MapValue.Of(decides);
        }

        MapValue b = right.Value(row);
        return !b.IsNull && b.IsTrue == decides ? MapValue.Of(decides) : a.IsNull || b.IsNull ? MapValue.Null : MapValue.Of(!decides);
    });

    private static Mapping Compare(string symbol, Mapping left, Mapping right)
    {
        MapType type = Comparison(left.Type, right.Type, symbol is "=" or "<>" or "<=>");
        Mapping a = To(left, type);
        Mapping b = To(right, type);
        return new(MapType.Boolean, row =>
        {
            MapValue x = a.Value(row);
            MapValue y = b.Value(row);
            if (x.IsNull || y.IsNull)
            {
                return symbol == "<=>" ? MapValue.Of(x.IsNull && y.IsNull) : MapValue.Null;
            }

            int order = Order(x, y);
            return MapValue.Of(symbol switch
            {
                "=" or "<=>" => order == 0,
                "<>" => order != 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            });
        });
    }

    private Mapping Case(CaseExpression branches)
    {
        Mapping? operand = branches.Operand is null ? null : Compile(branches.Operand);
        (Mapping When, Mapping Then)[] all = [.. branches.Branches.Select(b => (operand is null ? Condition(b.When) : Compare("=", operand, Compile(b.When)), Compile(b.Then)))];
        Mapping otherwise = branches.Else is null ? Constant(MapType.Null, MapValue.Null) : Compile(branches.Else);
        MapType type = all.Aggregate(otherwise.Type, (t, b) => Common("case", t, b.Then.Type));
        (Mapping When, Mapping Then)[] typed = [.. all.Select(b => (b.When, To(b.Then, type)))];
        Mapping last = To(otherwise, type);
        return new(type, row =>
        {
            foreach ((Mapping when, Mapping then) in typed)
            {
                MapValue condition = when.Value(row);
                if (!condition.IsNull && condition.IsTrue)
                {
                    return then.Value(row);
                }
            }

            return last.Value(row);
        });
    }

    private static Mapping Cast(Mapping operand, ColumnType target)
    {
        if (target.Kind == TypeKind.Json || operand.Type == MapType.Json)
        {
            throw LoadFailure.NotInStandIn("a cast from or to JSON in a load: parse_json(x) reads text");
        }

        var cell = new RowCells(1);
        return new(MapValue.TypeOf(target), row =>
        {
            MapValue value = operand.Value(row);
            if (value.IsNull)
            {
                return value;
            }

            cell.Clear();
            return ValueConversion.Convert(target, value.Source, value.Text(), cell, 0) == Conversion.Done ? MapValue.Read(cell, 0, target) : MapValue.Null;
        });
    }

    private static Mapping Like(Mapping operand, Expression pattern)
    {
        if (operand.Type != MapType.Text || pattern is not LiteralExpression { Source: SourceKind.String, Text: var text })
        {
            throw LoadFailure.NotInStandIn("LIKE on anything but text and a constant pattern");
        }

        var expression = new StringBuilder("^");
        for (int i = 0; i < text.Length; i++)
        {
            expression.Append(text[i] switch
            {
                '%' => ".*",
                '_' => ".",
                '\\' when i + 1 < text.Length => System.Text.RegularExpressions.Regex.Escape(text[++i].ToString()),
                char other => System.Text.RegularExpressions.Regex.Escape(other.ToString()),
            });
        }

        var regex = new System.Text.RegularExpressions.Regex(
            expression.Append("\\z").ToString(),
            System.Text.RegularExpressions.RegexOptions.Singleline | System.Text.RegularExpressions.RegexOptions.CultureInvariant | System.Text.RegularExpressions.RegexOptions.NonBacktracking,
            TimeSpan.FromSeconds(1));
        return Logic(operand, v => MapValue.Of(regex.IsMatch(Encoding.UTF8.GetString(v.Bytes))));
    }
}
