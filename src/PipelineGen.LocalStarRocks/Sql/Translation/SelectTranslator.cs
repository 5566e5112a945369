using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>
/// Turns StarRocks' SELECT into SQLite's. Names and types are resolved against the catalog, so that what StarRocks would
/// not resolve is refused here and never reaches SQLite's looser rules.
/// </summary>
internal sealed class SelectTranslator(SqlSession session, CatalogSnapshot catalog)
{
    private readonly List<string> _rowSets = [];
    private readonly Dictionary<string, RowSet> _made = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Storage, IReadOnlyList<ResultColumn> Columns)> _with = [];
    private readonly HashSet<long> _tables = [];

    /// <summary><c>TableDefinition.Id</c> of the tables that are read.</summary>
    public IReadOnlyCollection<long> TablesRead => _tables;

    public (string Sql, IReadOnlyList<ResultColumn> Columns) Translate(SelectQuery query)
    {
        (string sql, IReadOnlyList<ResultColumn> columns) = Query(query, null);
        return (Prefixed(sql), columns);
    }

    /// <summary>With the made-up tables and the WITH clauses that it names.</summary>
    public string Prefixed(string sql) => _rowSets.Count == 0 ? sql : $"WITH {string.Join(", ", _rowSets)} {sql}";

    /// <summary>A set of made-up rows, filtered as SHOW filters.</summary>
    public (string Sql, IReadOnlyList<ResultColumn> Columns) Translate(RowSet rows, ShowStatement show, Expression? where)
    {
        _made["show"] = rows;
        return Translate(new SelectQuery
        {
            Items = [new SelectItem(new StarExpression(null), null)], From = new NamedSource(null, "show", null), Where = where,
            OrderBy = show.OrderBy, Limit = show.Limit, Offset = show.Offset,
        });
    }

    /// <summary>The condition of a DELETE or UPDATE on one table, and its scope.</summary>
    public (string From, Scope Scope, ExpressionTranslator Expressions) Table(TableDefinition table)
    {
        var scope = new Scope(null);
        scope.Add(table.Database, table.Name, table.Columns.Select(c => new ResultColumn(c.Name, c.Type)));
        return ($"{table.StorageName} AS {Identifiers.Storage(table.Name)}", scope, new ExpressionTranslator(session, scope, Query));
    }

    private (string Sql, IReadOnlyList<ResultColumn> Columns) Query(SelectQuery query, Scope? outer)
    {
        int outside = _with.Count;
        foreach ((string name, IReadOnlyList<string> names, SelectQuery part) in query.With)
        {
            With(name, names, part);
        }

        var text = new StringBuilder();
        (string body, List<TypedSql> values, List<ResultColumn> columns, ExpressionTranslator expressions) = Body(query, outer);
        text.Append(body);
        foreach ((string kind, SelectQuery part) in query.Compound)
        {
            (string partSql, List<TypedSql> partValues, _, _) = Body(part, outer);
            if (partValues.Count != values.Count)
            {
                throw StarRocksError.Analyzing("Operands have unequal number of columns.");
            }

            text.Append(' ').Append(kind).Append(' ').Append(partSql);
        }

        Order(query, text, values, columns, expressions);
        if (query.Limit is { } limit)
        {
            text.Append(CultureInfo.InvariantCulture, $" LIMIT {limit} OFFSET {query.Offset}");
        }

        _with.RemoveRange(outside, _with.Count - outside);
        return (text.ToString(), columns);
    }

    // Translated once and named at the top of the statement: SQLite's WITH, whatever depth it was written at.
    private void With(string name, IReadOnlyList<string> names, SelectQuery query)
    {
        (string sql, IReadOnlyList<ResultColumn> columns) = Query(query, null);
        if (names.Count > 0 && names.Count != columns.Count)
        {
            throw StarRocksError.Analyzing($"cte {name} has {columns.Count} columns, but {names.Count} names");
        }

        columns = names.Count == 0 ? columns : [.. columns.Select((c, i) => c with { Name = names[i] })];
        string storage = $"with_{_rowSets.Count}";
        _rowSets.Add($"{storage} ({string.Join(", ", columns.Select(c => Identifiers.Storage(c.Name)))}) AS ({sql})");
        _with.Add((name, storage, columns));
    }

    private (string Sql, List<TypedSql> Values, List<ResultColumn> Columns, ExpressionTranslator Expressions) Body(SelectQuery query, Scope? outer)
    {
        var scope = new Scope(outer);
        string from = query.From is null ? "" : " FROM " + Source(query.From, scope, outer);
        var expressions = new ExpressionTranslator(session, scope, Query);
        var values = new List<TypedSql>();
        var columns = new List<ResultColumn>();
        foreach (SelectItem item in query.Items)
        {
            if (item.Value is StarExpression star)
            {
                Star(star, scope, values, columns);
                continue;
            }

            TypedSql value = expressions.Translate(item.Value);
            string name = item.Alias ?? (item.Value is ColumnExpression column ? column.Name : item.Value.Written);
            values.Add(value);
            columns.Add(new ResultColumn(name, value.Type.Kind == TypeKind.Null ? ColumnType.Text : value.Type));
            if (item.Alias is not null)
            {
                expressions.Aliases[item.Alias] = value;
            }
        }

        var text = new StringBuilder("SELECT ");
        text.Append(query.Distinct ? "DISTINCT " : "");
        text.AppendJoin(", ", values.Select((v, i) => $"{v.Sql} AS {Identifiers.Storage(columns[i].Name)}"));
        text.Append(from);
        if (query.Where is not null)
        {
            text.Append(" WHERE ").Append(expressions.Condition(query.Where));
        }

        string[] groups = [.. query.GroupBy.Select(g => Group(g, values, expressions))];
        if (groups.Length > 0)
        {
            text.Append(" GROUP BY ").AppendJoin(", ", groups);
        }

        if (query.Having is not null)
        {
            text.Append(" HAVING ").Append(expressions.Condition(query.Having));
        }

        if (groups.Length > 0 || expressions.HasAggregates)
        {
            foreach (SelectItem item in query.Items)
            {
                CheckGrouped(item.Value, groups, expressions);
            }
        }

        return (text.ToString(), values, columns, expressions);
    }

    private static string Group(Expression group, List<TypedSql> values, ExpressionTranslator expressions) =>
        group is LiteralExpression { Source: SourceKind.Number, Text: var text } && int.TryParse(text, out int ordinal) && ordinal >= 1 && ordinal <= values.Count
            ? values[ordinal - 1].Ordered
            : expressions.Translate(group).Ordered;

    private static void CheckGrouped(Expression expression, string[] groups, ExpressionTranslator expressions)
    {
        if (expression is StarExpression || groups.Contains(expressions.Translate(expression).Ordered, StringComparer.Ordinal))
        {
            return;
        }

        switch (expression)
        {
            case ColumnExpression column:
                throw StarRocksError.Analyzing($"'{(column.Table is null ? "" : column.Table + ".")}{column.Name}' must be an aggregate expression or appear in GROUP BY clause.");
            case BinaryExpression binary:
                CheckGrouped(binary.Left, groups, expressions);
                CheckGrouped(binary.Right, groups, expressions);
                break;
            case UnaryExpression unary:
                CheckGrouped(unary.Operand, groups, expressions);
                break;
            case CastExpression cast:
                CheckGrouped(cast.Operand, groups, expressions);
                break;
            case WindowExpression window:
                foreach (Expression inner in window.Call.Arguments.Concat(window.PartitionBy).Concat(window.OrderBy.Select(o => o.Value)))
                {
                    CheckGrouped(inner, groups, expressions);
                }

                break;
            case CallExpression call when !ExpressionTranslator.IsAggregate(call.Name):
                foreach (Expression argument in call.Arguments)
                {
                    CheckGrouped(argument, groups, expressions);
                }

                break;
        }
    }

    private static void Star(StarExpression star, Scope scope, List<TypedSql> values, List<ResultColumn> columns)
    {
        if (star.Table is not null && !scope.HasAlias(star.Table))
        {
            throw StarRocksError.Analyzing($"Unknown table '{star.Table}'.");
        }

        if (scope.IsEmpty)
        {
            throw StarRocksError.Analyzing("No tables used.");
        }

        foreach ((string alias, string name, TypedSql value) in scope.Columns)
        {
            if (star.Table is null || star.Table == alias)
            {
                values.Add(value);
                columns.Add(new ResultColumn(name, value.Type));
            }
        }
    }

    private static void Order(SelectQuery query, StringBuilder text, List<TypedSql> values, List<ResultColumn> columns, ExpressionTranslator expressions)
    {
        if (query.OrderBy.Count == 0)
        {
            return;
        }

        bool ordinalsOnly = query.Compound.Count > 0 || query.Distinct;
        text.Append(" ORDER BY ");
        text.AppendJoin(", ", query.OrderBy.Select(item =>
        {
            int ordinal = item.Value switch
            {
                LiteralExpression { Source: SourceKind.Number, Text: var number } when int.TryParse(number, out int n) => n,
                ColumnExpression { Table: null, Name: var name } => columns.FindIndex(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) + 1,
                _ => 0,
            };
            string key = ordinal > 0 && ordinal <= values.Count
                ? ordinal.ToString(CultureInfo.InvariantCulture) + (values[ordinal - 1].Type.IsExactText ? " COLLATE SRNUM" : "")
                : ordinalsOnly && expressions.Translate(item.Value).Sql is var sql && values.FindIndex(v => v.Sql == sql) is >= 0 and var at
                ? (at + 1).ToString(CultureInfo.InvariantCulture)
                : expressions.Translate(item.Value).Ordered;
            return key + (item.Descending ? " DESC" : "") + item.NullsFirst switch { true => " NULLS FIRST", false => " NULLS LAST", null => "" };
        }));
    }

    private string Source(TableSource source, Scope scope, Scope? outer)
    {
        switch (source)
        {
            case NamedSource named:
                return Named(named, scope);
            case QuerySource sub:
                (string sql, IReadOnlyList<ResultColumn> columns) = Query(sub.Query, outer);
                scope.Add(null, sub.Alias, columns);
                return $"({sql}) AS {Identifiers.Storage(sub.Alias)}";
            case JoinSource join:
                string left = Source(join.Left, scope, outer);
                string right = Source(join.Right, scope, outer);
                string condition = join.On is not null ? " ON " + new ExpressionTranslator(session, scope, Query).Condition(join.On)
                    : join.Using.Count > 0 ? " USING (" + string.Join(", ", join.Using.Select(Identifiers.Storage)) + ")"
                    : "";
                return $"{left} {join.Kind} {right}{condition}";
            default:
                throw new InvalidOperationException($"No translation of {source}");
        }
    }

    private string Named(NamedSource named, Scope scope)
    {
        string alias = named.Alias ?? named.Name;
        if (named.Database is null && _made.TryGetValue(named.Name, out RowSet? made))
        {
            return RowSetSource(made, null, alias, scope);
        }

        if (named.Database is null && _with.FindLast(w => w.Name == named.Name) is { Storage: { } storage } cte)
        {
            scope.Add(null, alias, cte.Columns);
            return $"{storage} AS {Identifiers.Storage(alias)}";
        }

        string database = named.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        if (!catalog.HasDatabase(database))
        {
            throw StarRocksError.UnknownDatabase(database);
        }

        if (database == "information_schema")
        {
            return RowSetSource(InformationSchema.Find(named.Name, session, catalog) ?? throw StarRocksError.UnknownTable($"{database}.{named.Name}"), database, alias, scope);
        }

        TableDefinition table = catalog.Find(database, named.Name) ?? throw StarRocksError.UnknownTable($"{database}.{named.Name}");
        _tables.Add(table.Id);
        scope.Add(database, alias, table.Columns.Select(c => new ResultColumn(c.Name, c.Type)));
        return $"{table.StorageName} AS {Identifiers.Storage(alias)}";
    }

    private string RowSetSource(RowSet rows, string? database, string alias, Scope scope)
    {
        string name = $"made_{_rowSets.Count}";
        _rowSets.Add(rows.ToStorage(name));
        scope.Add(database, alias, rows.Columns);
        return $"{name} AS {Identifiers.Storage(alias)}";
    }
}
