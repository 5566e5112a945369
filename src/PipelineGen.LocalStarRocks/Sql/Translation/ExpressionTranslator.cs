using System.Runtime.CompilerServices;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>Expressions, with the types that decide how values are compared and printed.</summary>
internal sealed partial class ExpressionTranslator(
    SqlSession session, Scope scope, Func<SelectQuery, Scope?, (string Sql, IReadOnlyList<ResultColumn> Columns)> subquery)
{
    public Dictionary<string, TypedSql> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool HasAggregates { get; private set; }

    public string Condition(Expression expression)
    {
        TypedSql value = Translate(expression);
        return value.Type.IsText ? value.As(ColumnType.Double) : value.Sql;
    }

    public TypedSql Translate(Expression expression) => RuntimeHelpers.TryEnsureSufficientExecutionStack()
        ? Print(expression)
        : throw StarRocksError.Analyzing("The expression is nested too deep.");

    private TypedSql Print(Expression expression) => expression switch
    {
        LiteralExpression literal => TypedSql.Of(literal),
        ColumnExpression column => Column(column),
        UnaryExpression { Operator: "NOT" } unary => new($"(NOT {Condition(unary.Operand)})", ColumnType.Boolean),
        UnaryExpression unary => Negate(Translate(unary.Operand)),
        BinaryExpression { Operator: "AND" or "OR" } logic => new($"({Condition(logic.Left)} {logic.Operator} {Condition(logic.Right)})", ColumnType.Boolean),
        BinaryExpression { Operator: "=" or "<>" or "<" or "<=" or ">" or ">=" or "<=>" } comparison => Compare(comparison.Operator, Translate(comparison.Left), Translate(comparison.Right)),
        BinaryExpression arithmetic => Arithmetic(arithmetic.Operator, Translate(arithmetic.Left), Translate(arithmetic.Right)),
        BetweenExpression between => Between(between),
        InExpression test => In(test),
        LikeExpression like => new($"({Translate(like.Operand).As(ColumnType.Text)} {(like.Not ? "NOT " : "")}LIKE {Translate(like.Pattern).As(ColumnType.Text)} ESCAPE '\\')", ColumnType.Boolean),
        IsNullExpression test => new($"({Translate(test.Operand).Sql} IS {(test.Not ? "NOT " : "")}NULL)", ColumnType.Boolean),
        CaseExpression choice => Case(choice),
        CastExpression cast => Cast(cast),
        CallExpression call => Call(call),
        WindowExpression window => Window(window),
        VariableExpression variable => Variable(variable),
        SubqueryExpression inner => Subquery(inner),
        ExistsExpression exists => new($"EXISTS ({subquery(exists.Query, scope).Sql})", ColumnType.Boolean),
        _ => throw StarRocksError.NotInStandIn($"'{expression.Written}' here"),
    };

    private TypedSql Column(ColumnExpression column)
    {
        if (scope.Find(column.Database, column.Table, column.Name) is { } found)
        {
            return found;
        }

        if (column.Table is null && Aliases.TryGetValue(column.Name, out TypedSql alias))
        {
            return alias;
        }

        string written = column.Table is null ? column.Name : $"{column.Table}.{column.Name}";
        throw StarRocksError.Analyzing($"Column '{written}' cannot be resolved.");
    }

    private static TypedSql Negate(TypedSql operand) => operand.Type.IsExactText
        ? new($"sr_sub('0', {operand.Sql})", operand.Type)
        : operand.Type.IsFloating ? new($"(-{operand.Sql})", ColumnType.Double)
        : new($"sr_int(-{operand.As(operand.Type.IsInteger ? operand.Type : ColumnType.BigInt)})", ColumnType.BigInt);

    private static TypedSql Compare(string symbol, TypedSql left, TypedSql right)
    {
        ColumnType common = TypedSql.Common(left, right);
        string collation = common.IsExactText ? " COLLATE SRNUM" : "";
        return new($"({left.As(common)} {(symbol == "<=>" ? "IS" : symbol)} {right.As(common)}{collation})", ColumnType.Boolean);
    }

    private TypedSql Between(BetweenExpression between)
    {
        TypedSql operand = Translate(between.Operand);
        string low = Compare(">=", operand, Translate(between.Low)).Sql;
        string high = Compare("<=", operand, Translate(between.High)).Sql;
        return new($"({(between.Not ? "NOT " : "")}({low} AND {high}))", ColumnType.Boolean);
    }

    private TypedSql In(InExpression test)
    {
        TypedSql operand = Translate(test.Operand);
        string not = test.Not ? "NOT " : "";
        if (test.Query is not null)
        {
            (string sql, IReadOnlyList<ResultColumn> columns) = subquery(test.Query, scope);
            return columns.Count == 1
                ? new($"({operand.Sql} {not}IN ({sql}))", ColumnType.Boolean)
                : throw StarRocksError.Analyzing("subquery must return a single column when used in In predicate.");
        }

        TypedSql[] items = [.. test.Items.Select(Translate)];
        ColumnType[] types = [.. items.Select(i => TypedSql.Common(operand, i)).DistinctBy(t => t.ToSql())];
        if (types.Length > 1 && items.Length > 900)
        {
            throw StarRocksError.NotInStandIn("a list of more than 900 values of several types");
        }

        // One type for all: a list, of any length. SQLite takes the collation of the left side.
        return types is [var common]
            ? new($"({operand.As(common)}{(common.IsExactText ? " COLLATE SRNUM" : "")} {not}IN ({string.Join(", ", items.Select(i => i.As(common)))}))", ColumnType.Boolean)
            : new($"({not}({string.Join(" OR ", items.Select(i => Compare("=", operand, i).Sql))}))", ColumnType.Boolean);
    }

    private static TypedSql Arithmetic(string symbol, TypedSql left, TypedSql right)
    {
        ColumnType a = Number(left), b = Number(right);
        if (symbol == "/")
        {
            // Integers divide to DOUBLE; by zero is NULL.
            return new($"(CAST({left.As(a)} AS REAL) / CAST({right.As(b)} AS REAL))", ColumnType.Double);
        }

        if (a.IsFloating || b.IsFloating)
        {
            string operation = symbol == "DIV" ? "/" : symbol;
            return new($"({left.As(ColumnType.Double)} {operation} {right.As(ColumnType.Double)})", ColumnType.Double);
        }

        if (!a.IsExactText && !b.IsExactText)
        {
            // What overflows is NULL (10.10); SQLite would go on with a floating number.
            return new($"sr_int({left.As(a)} {(symbol == "DIV" ? "/" : symbol)} {right.As(b)})", ColumnType.BigInt);
        }

        string function = symbol switch
        {
            "+" => "sr_add",
            "-" => "sr_sub",
            "*" => "sr_mul",
            _ => throw StarRocksError.NotInStandIn($"{symbol} on {a} and {b}"),
        };
        ColumnType result = a.Kind != TypeKind.Decimal && b.Kind != TypeKind.Decimal
            ? ColumnType.LargeInt
            : new ColumnType(TypeKind.Decimal, Precision: 38, Scale: symbol == "*" ? a.Scale + b.Scale : Math.Max(a.Scale, b.Scale));
        return new($"{function}({left.As(a)}, {right.As(b)})", result);
    }

    private static ColumnType Number(TypedSql operand) =>
        operand.Type.IsNumeric ? operand.Type
        : operand.Type.Kind == TypeKind.Null ? ColumnType.BigInt
        : ColumnType.Double;

    private TypedSql Case(CaseExpression choice)
    {
        TypedSql? operand = choice.Operand is null ? null : Translate(choice.Operand);
        var branches = choice.Branches.Select(b => (When: operand is { } o ? Compare("=", o, Translate(b.When)).Sql : Condition(b.When), Then: Translate(b.Then))).ToList();
        List<TypedSql> values = [.. branches.Select(b => b.Then), .. choice.Else is null ? [] : new[] { Translate(choice.Else) }];
        ColumnType common = CommonOf(values);
        string whens = string.Concat(branches.Select(b => $" WHEN {b.When} THEN {b.Then.As(common)}"));
        string otherwise = choice.Else is null ? "" : $" ELSE {values[^1].As(common)}";
        return new($"CASE{whens}{otherwise} END", common);
    }

    private static ColumnType CommonOf(IEnumerable<TypedSql> values) =>
        values.Select(v => v with { LiteralText = null }).Aggregate((a, b) => new TypedSql("", TypedSql.Common(a, b))).Type;

    private TypedSql Cast(CastExpression cast)
    {
        TypedSql operand = Translate(cast.Operand);
        if (operand.LiteralText is null && operand.Type.IsText && (cast.Target.IsTime || cast.Target.IsExactText || cast.Target.IsInteger))
        {
            return new($"sr_cast({operand.Sql}, {TypedSql.Quote(operand.Type.ToSql())}, {TypedSql.Quote(cast.Target.ToSql())})", cast.Target);
        }

        // To a narrower integer, between numbers, and from a number to its text: StarRocks' own conversions, NULL where there is none.
        bool narrower = operand.LiteralText is null && operand.Type.IsNumeric && cast.Target.IsNumeric && !cast.Target.IsFloating && operand.Type.ToSql() != cast.Target.ToSql();
        return narrower
            ? new($"sr_cast({operand.Sql}, {TypedSql.Quote(operand.Type.ToSql())}, {TypedSql.Quote(cast.Target.ToSql())})", cast.Target)
            : new(operand.As(cast.Target), cast.Target);
    }

    private TypedSql Variable(VariableExpression variable) =>
        session.Variables.Find(variable.Name) is { } value
            ? long.TryParse(value, out _) ? new(value, ColumnType.BigInt) : new(TypedSql.Quote(value), ColumnType.Text)
            : throw new StarRocksError(1193, "HY000", $"Unknown system variable '{variable.Name}'");

    private TypedSql Subquery(SubqueryExpression inner)
    {
        (string sql, IReadOnlyList<ResultColumn> columns) = subquery(inner.Query, scope);
        return columns.Count == 1
            ? new($"({sql})", columns[0].Type)
            : throw StarRocksError.Analyzing("Subquery must return a single column when used in scalar subquery.");
    }
}
