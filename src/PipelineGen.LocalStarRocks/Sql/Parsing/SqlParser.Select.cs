namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>SELECT.</summary>
internal sealed partial class SqlParser
{
    private SelectQuery Query()
    {
        Deeper();
        List<(string, IReadOnlyList<string>, SelectQuery)> with = With();
        SelectQuery query = QueryBody();
        var compound = new List<(string, SelectQuery)>();
        while (At("UNION") || At("EXCEPT") || At("MINUS") || At("INTERSECT"))
        {
            string kind = _tokens[_at++].Text.ToUpperInvariant();
            kind = kind == "MINUS" ? "EXCEPT" : kind;
            if (Take("ALL"))
            {
                kind += " ALL";
            }
            else
            {
                Take("DISTINCT");
            }

            compound.Add((kind, QueryBody()));
        }

        List<OrderItem> order = At("ORDER") ? OrderBy() : [];
        (long? limit, long offset) = At("LIMIT") ? Limit() : (null, 0);
        _depth--;

        // A query in parentheses keeps its own ORDER BY and LIMIT unless the outer one has some.
        return compound.Count == 0 && order.Count == 0 && limit is null && with.Count == 0 ? query
            : query with { With = [.. with, .. query.With], Compound = compound, OrderBy = order, Limit = limit, Offset = offset };
    }

    private List<(string Name, IReadOnlyList<string> Columns, SelectQuery Query)> With()
    {
        var with = new List<(string, IReadOnlyList<string>, SelectQuery)>();
        if (!Take("WITH"))
        {
            return with;
        }

        if (At("RECURSIVE"))
        {
            throw StarRocksError.NotInStandIn("WITH RECURSIVE");
        }

        do
        {
            string name = Name();
            List<string> columns = AtSymbol("(") ? NameList() : [];
            Expect("AS");
            ExpectSymbol("(");
            with.Add((name, columns, Query()));
            ExpectSymbol(")");
        }
        while (TakeSymbol(","));

        return with;
    }

    private List<OrderItem> OrderBy()
    {
        var order = new List<OrderItem>();
        Expect("ORDER");
        Expect("BY");
        do
        {
            Expression value = Expression();
            bool descending = Take("DESC");
            if (!descending)
            {
                Take("ASC");
            }

            bool? nullsFirst = null;
            if (Take("NULLS"))
            {
                nullsFirst = Take("FIRST");
                if (nullsFirst == false)
                {
                    Expect("LAST");
                }
            }

            order.Add(new OrderItem(value, descending, nullsFirst));
        }
        while (TakeSymbol(","));

        return order;
    }

    private (long? Limit, long Offset) Limit()
    {
        Expect("LIMIT");
        long limit = Integer();
        if (TakeSymbol(","))
        {
            return (Integer(), limit);
        }

        return (limit, Take("OFFSET") ? Integer() : 0);
    }

    private SelectQuery QueryBody()
    {
        if (TakeSymbol("("))
        {
            SelectQuery inner = Query();
            ExpectSymbol(")");
            return inner.OrderBy.Count == 0 && inner.Limit is null && inner.Compound.Count == 0 && inner.With.Count == 0
                ? inner
                : new SelectQuery { Items = [new SelectItem(new StarExpression(null), null)], From = new QuerySource(inner, "(query)") };
        }

        Expect("SELECT");
        bool distinct = Take("DISTINCT");
        if (!distinct)
        {
            Take("ALL");
        }

        var items = new List<SelectItem>();
        do
        {
            items.Add(Item());
        }
        while (TakeSymbol(","));

        TableSource? from = null;
        if (Take("FROM") && !Take("DUAL"))
        {
            from = Sources();
        }

        Expression? where = Take("WHERE") ? Expression() : null;
        var groups = new List<Expression>();
        if (Take("GROUP"))
        {
            Expect("BY");
            do
            {
                groups.Add(Expression());
            }
            while (TakeSymbol(","));
        }

        return new SelectQuery
        {
            Items = items,
            Distinct = distinct,
            From = from,
            Where = where,
            GroupBy = groups,
            Having = Take("HAVING") ? Expression() : null,
        };
    }

    private SelectItem Item()
    {
        if (TakeSymbol("*"))
        {
            return new SelectItem(new StarExpression(null), null);
        }

        if (AtName() && Ahead().IsSymbol(".") && Ahead(2).IsSymbol("*"))
        {
            string table = Name();
            _at += 2;
            return new SelectItem(new StarExpression(table), null);
        }

        Expression value = Expression();
        return new SelectItem(value, Alias(textToo: true));
    }

    private string? Alias(bool textToo)
    {
        bool named = Take("AS");
        if (textToo && Current.Kind == TokenKind.Text)
        {
            return Text();
        }

        return named || AtName() ? Name() : null;
    }

    private TableSource Sources()
    {
        TableSource source = Joined();
        int joins = 0;
        while (TakeSymbol(","))
        {
            joins = Joins(joins);
            source = new JoinSource(source, Joined(), "CROSS JOIN", null, []);
        }

        return source;
    }

    private TableSource Joined()
    {
        TableSource left = Source();
        int joins = 0;
        while (JoinKind() is { } kind)
        {
            joins = Joins(joins);
            TableSource right = Source();
            Expression? on = Take("ON") ? Expression() : null;
            List<string> columns = on is null && Take("USING") ? NameList() : [];
            left = new JoinSource(left, right, kind, on, columns);
        }

        return left;
    }

    private static int Joins(int count) => count < 60 ? count + 1 : throw StarRocksError.NotInStandIn("a join of more than 60 tables");

    private string? JoinKind()
    {
        string kind;
        if (Take("CROSS"))
        {
            kind = "CROSS JOIN";
        }
        else if (At("LEFT") || At("RIGHT") || At("FULL"))
        {
            kind = _tokens[_at++].Text.ToUpperInvariant() + " JOIN";
            if (At("SEMI") || At("ANTI"))
            {
                throw StarRocksError.NotInStandIn("SEMI and ANTI joins");
            }

            Take("OUTER");
        }
        else if (Take("INNER") || At("JOIN"))
        {
            kind = "JOIN";
        }
        else
        {
            return null;
        }

        Expect("JOIN");
        return kind;
    }

    private TableSource Source()
    {
        if (TakeSymbol("("))
        {
            SelectQuery query = Query();
            ExpectSymbol(")");
            return new QuerySource(query, Alias(textToo: false) ?? throw Unexpected("an alias of the subquery"));
        }

        TableName name = QualifiedName();
        return new NamedSource(name.Database, name.Name, Alias(textToo: false));
    }
}
