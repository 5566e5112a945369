using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>The functions the stand-in has. Any other is refused, whether StarRocks has it or not.</summary>
internal sealed partial class ExpressionTranslator
{
    public static bool IsAggregate(string name) => name is "count" or "sum" or "min" or "max" or "avg" or "group_concat" or "any_value";

    private TypedSql Call(CallExpression call)
    {
        if (IsAggregate(call.Name))
        {
            HasAggregates = true;
            return Aggregate(call);
        }

        TypedSql[] a = [.. call.Arguments.Select(Translate)];
        string Text(int i) => a[i].As(ColumnType.Text);
        return (call.Name, a.Length) switch
        {
            ("version", 0) => Constant(session.Cluster.Version.MySqlVersion),
            ("current_version", 0) => Constant($"{session.Cluster.Version.Text} {Cluster.Comment}"),
            ("database" or "schema", 0) => session.Database is null ? new("NULL", ColumnType.Text) : Constant(session.Database),
            ("user" or "current_user" or "session_user", 0) => Constant($"'{session.Cluster.Options.User}'@'%'"),
            ("connection_id", 0) => new(session.ConnectionId.ToString(System.Globalization.CultureInfo.InvariantCulture), ColumnType.BigInt),
            ("now" or "current_timestamp" or "localtime" or "localtimestamp", 0) => Time("yyyy-MM-dd HH:mm:ss", ColumnType.DateTime),
            ("utc_timestamp", 0) => Time("yyyy-MM-dd HH:mm:ss", ColumnType.DateTime),
            ("curdate" or "current_date", 0) => Time("yyyy-MM-dd", ColumnType.Date),
            ("length", 1) => new($"length(CAST({Text(0)} AS BLOB))", ColumnType.Int),
            ("char_length" or "character_length", 1) => new($"length({Text(0)})", ColumnType.Int),
            ("lower" or "lcase", 1) => new($"lower({Text(0)})", ColumnType.Text),
            ("upper" or "ucase", 1) => new($"upper({Text(0)})", ColumnType.Text),
            ("trim" or "ltrim" or "rtrim", 1) => new($"{call.Name}({Text(0)})", ColumnType.Text),
            ("substr" or "substring", 2) => new($"substr({Text(0)}, {a[1].Sql})", ColumnType.Text),
            ("substr" or "substring", 3) => new($"substr({Text(0)}, {a[1].Sql}, {a[2].Sql})", ColumnType.Text),
            ("replace", 3) => new($"replace({Text(0)}, {Text(1)}, {Text(2)})", ColumnType.Text),
            ("concat", > 0) => new("(" + string.Join(" || ", a.Select(v => v.As(ColumnType.Text))) + ")", ColumnType.Text),
            ("hex", 1) when a[0].Type.IsInteger => new($"printf('%X', {a[0].Sql})", ColumnType.Text),
            ("hex", 1) => new($"CASE WHEN {a[0].Sql} IS NULL THEN NULL ELSE hex({a[0].Sql}) END", ColumnType.Text),
            ("unhex", 1) => new($"unhex({Text(0)})", ColumnType.Text),
            ("to_base64", 1) => new($"to_base64({a[0].Sql})", ColumnType.Text),
            ("from_base64", 1) => new($"from_base64({Text(0)})", ColumnType.Binary),
            ("md5", 1) => new($"md5({Text(0)})", ColumnType.Text),
            ("parse_json", 1) => new($"sr_json({Text(0)})", ColumnType.Json),
            ("abs", 1) when !a[0].Type.IsExactText => new($"abs({a[0].Sql})", a[0].Type),
            ("mod", 2) => Arithmetic("%", a[0], a[1]),
            ("if", 3) => Choose([a[1], a[2]], v => $"iif({a[0].Sql}, {v[0]}, {v[1]})"),
            ("ifnull" or "coalesce", > 1) => Choose(a, v => $"coalesce({string.Join(", ", v)})"),
            ("nullif", 2) => new($"CASE WHEN {Compare("=", a[0], a[1]).Sql} THEN NULL ELSE {a[0].Sql} END", a[0].Type),
            ("date", 1) => new(a[0].As(ColumnType.Date), ColumnType.Date),
            ("year", 1) => Part(a[0], 1, 4),
            ("month", 1) => Part(a[0], 6, 2),
            ("day" or "dayofmonth", 1) => Part(a[0], 9, 2),
            ("isnull", 1) => new($"({a[0].Sql} IS NULL)", ColumnType.Boolean),
            _ => throw StarRocksError.Analyzing($"No matching function with signature: {call.Name}({string.Join(", ", a.Select(v => v.Type.ToDescription()))}). (PipelineGen LocalStarRocks has only some of StarRocks' functions.)"),
        };
    }

    private TypedSql Aggregate(CallExpression call)
    {
        string distinct = call.Distinct ? "DISTINCT " : "";
        if (call.Name == "count" && call.Arguments.Count == 0)
        {
            return new("count(*)", ColumnType.BigInt);
        }

        if (call.Arguments.Count != 1)
        {
            throw StarRocksError.NotInStandIn($"{call.Name} of {call.Arguments.Count} arguments");
        }

        TypedSql value = Translate(call.Arguments[0]);
        ColumnType type = value.Type;
        return call.Name switch
        {
            "count" => new($"count({distinct}{value.Ordered})", ColumnType.BigInt),
            "min" or "max" => new($"{call.Name}({value.Ordered})", type),
            "any_value" => new($"min({value.Ordered})", type),
            "sum" when type.Kind == TypeKind.LargeInt => new($"sr_sum({distinct}{value.Sql})", type),
            "sum" when type.Kind == TypeKind.Decimal => new($"sr_sum({distinct}{value.Sql})", type with { Precision = 38 }),
            "sum" when type.IsInteger => new($"sr_isum({distinct}{value.Sql})", ColumnType.BigInt),
            "sum" when type.IsFloating || type.IsText => new($"sum({distinct}{value.As(ColumnType.Double)})", ColumnType.Double),
            "avg" when type.IsInteger || type.IsFloating => new($"avg({distinct}{value.Sql})", ColumnType.Double),
            "group_concat" when !call.Distinct => new($"group_concat({value.As(ColumnType.Text)}, ', ')", ColumnType.Text),
            _ => throw StarRocksError.NotInStandIn($"{call.Name} of {type}"),
        };
    }

    private static TypedSql Choose(TypedSql[] values, Func<string[], string> print)
    {
        ColumnType common = CommonOf(values);
        return new(print([.. values.Select(v => v.As(common))]), common);
    }

    private static TypedSql Part(TypedSql value, int start, int length) =>
        new($"CAST(substr({value.As(ColumnType.DateTime)}, {start}, {length}) AS INTEGER)", ColumnType.Int);

    private static TypedSql Constant(string text) => new(TypedSql.Quote(text), ColumnType.Text);

    private TypedSql Time(string format, ColumnType type) =>
        new($"'{session.Cluster.Time.GetUtcNow().ToString(format, System.Globalization.CultureInfo.InvariantCulture)}'", type);
}
