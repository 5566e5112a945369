namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>SELECT.</summary>
internal sealed partial class SqlParser
{
    private SelectQuery Query()
    {
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

        var order = new List<OrderItem>();
        if (Take("ORDER"))
        {
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
        }

        long? limit = null;
        long offset = 0;
        if (Take("LIMIT"))
        {
            limit = Integer();
            if (TakeSymbol(","))
            {
                offset = limit.Value;
                limit = Integer();
            }
            else if (Take("OFFSET"))
            {
                offset = Integer();
            }
        }

        return query with { Compound = compound, OrderBy = order, Limit = limit, Offset = offset };
    }

    private SelectQuery QueryBody()
    {
        if (At("WITH"))
        {
            throw StarRocksError.NotInStandIn("WITH");
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
        while (TakeSymbol(","))
        {
            source = new JoinSource(source, Joined(), "CROSS JOIN", null, []);
        }

        return source;
    }

    private TableSource Joined()
    {
        TableSource left = Source();
        while (JoinKind() is { } kind)
        {
            TableSource right = Source();
            Expression? on = Take("ON") ? Expression() : null;
            List<string> columns = on is null && Take("USING") ? NameList() : [];
            left = new JoinSource(left, right, kind, on, columns);
        }

        return left;
    }

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
