using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>Expressions, loosest binding first.</summary>
internal sealed partial class SqlParser
{
    private Expression Expression()
    {
        Deeper();
        int start = Current.Start;
        Expression value = Or();
        _depth--;
        return value with { Written = _sql[start.._tokens[_at - 1].End] };
    }

    private Expression Or()
    {
        int chain = 0;
        Expression left = And();
        while (Take("OR") || TakeSymbol("||"))
        {
            chain = Chain(chain);
            left = new BinaryExpression("OR", left, And());
        }

        return left;
    }

    private Expression And()
    {
        int chain = 0;
        Expression left = Not();
        while (Take("AND") || TakeSymbol("&&"))
        {
            chain = Chain(chain);
            left = new BinaryExpression("AND", left, Not());
        }

        return left;
    }

    private Expression Not()
    {
        if (!Take("NOT") && !TakeSymbol("!"))
        {
            return Comparison();
        }

        Deeper();
        var not = new UnaryExpression("NOT", Not());
        _depth--;
        return not;
    }

    private Expression Comparison()
    {
        int chain = 0;
        Expression left = Predicate();
        while (Current.Kind == TokenKind.Symbol && Current.Text is "=" or "<>" or "<" or "<=" or ">" or ">=" or "<=>")
        {
            string symbol = _tokens[_at++].Text;
            chain = Chain(chain);
            left = new BinaryExpression(symbol, left, Predicate());
        }

        return left;
    }

    private Expression Predicate()
    {
        Expression left = Additive();
        int chain = 0;
        while (true)
        {
            chain = Chain(chain);
            if (Take("IS"))
            {
                bool isNot = Take("NOT");
                Expect("NULL");
                left = new IsNullExpression(left, isNot);
                continue;
            }

            bool not = At("NOT") && (Ahead().Is("IN") || Ahead().Is("LIKE") || Ahead().Is("BETWEEN"));
            if (not)
            {
                _at++;
            }

            if (Take("IN"))
            {
                left = In(left, not);
            }
            else if (Take("LIKE"))
            {
                left = new LikeExpression(left, Additive(), not);
            }
            else if (Take("BETWEEN"))
            {
                Expression low = Additive();
                Expect("AND");
                left = new BetweenExpression(left, low, Additive(), not);
            }
            else
            {
                return left;
            }
        }
    }

    private InExpression In(Expression left, bool not)
    {
        ExpectSymbol("(");
        if (At("SELECT") || At("WITH"))
        {
            SelectQuery query = Query();
            ExpectSymbol(")");
            return new InExpression(left, [], query, not);
        }

        List<Expression> items = [Expression()];
        while (TakeSymbol(","))
        {
            items.Add(Expression());
        }

        ExpectSymbol(")");
        return new InExpression(left, items, null, not);
    }

    private Expression Additive()
    {
        int chain = 0;
        Expression left = Multiplicative();
        while (AtSymbol("+") || AtSymbol("-"))
        {
            string symbol = _tokens[_at++].Text;
            chain = Chain(chain);
            left = new BinaryExpression(symbol, left, Multiplicative());
        }

        return left;
    }

    private Expression Multiplicative()
    {
        int chain = 0;
        Expression left = Unary();
        while (AtSymbol("*") || AtSymbol("/") || AtSymbol("%") || At("DIV") || At("MOD"))
        {
            string symbol = _tokens[_at++].Text.ToUpperInvariant();
            chain = Chain(chain);
            left = new BinaryExpression(symbol == "MOD" ? "%" : symbol, left, Unary());
        }

        return left;
    }

    private Expression Unary()
    {
        if (TakeSymbol("-"))
        {
            Deeper();
            Expression operand = Unary();
            _depth--;
            return operand is LiteralExpression { Source: SourceKind.Number } number
                ? number with { Text = number.Text.StartsWith('-') ? number.Text[1..] : "-" + number.Text }
                : new UnaryExpression("-", operand);
        }

        while (TakeSymbol("+"))
        {
            if (AtSymbol("-"))
            {
                return Unary();
            }
        }

        return Primary();
    }

    private Expression Primary()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Text:
                _at++;
                return new LiteralExpression(SourceKind.String, token.Text, ColumnType.Text);
            case TokenKind.Integer:
                _at++;
                return new LiteralExpression(SourceKind.Number, token.Text, long.TryParse(token.Text, out _) ? ColumnType.BigInt : ColumnType.LargeInt);
            case TokenKind.Number:
                _at++;
                return new LiteralExpression(SourceKind.Number, token.Text, NumberType(token.Text));
            case TokenKind.Symbol:
                return Symbolic();
            case TokenKind.End:
                throw Unexpected("an expression");
        }

        if (token.Kind == TokenKind.Word)
        {
            if (Keyword() is { } keyword)
            {
                return keyword;
            }

            if (Ahead().IsSymbol("("))
            {
                return Call();
            }
        }

        return Column();
    }

    private static ColumnType NumberType(string text)
    {
        if (text.Contains('e', StringComparison.OrdinalIgnoreCase))
        {
            return ColumnType.Double;
        }

        int scale = text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1;
        return new ColumnType(TypeKind.Decimal, Precision: Math.Max(text.Length - 1, scale), Scale: scale);
    }

    private Expression Symbolic()
    {
        if (TakeSymbol("("))
        {
            Expression inner = At("SELECT") || At("WITH") ? new SubqueryExpression(Query()) : Expression();
            ExpectSymbol(")");
            return inner;
        }

        if (TakeSymbol("?"))
        {
            return Parameter();
        }

        if (TakeSymbol("@@"))
        {
            _ = Ahead().IsSymbol(".") && (Take("GLOBAL") || Take("SESSION")) && TakeSymbol(".");
            string name = Name(reservedToo: true);
            while (TakeSymbol("."))
            {
                name = Name(reservedToo: true);
            }

            return new VariableExpression(name);
        }

        if (TakeSymbol("["))
        {
            var items = new List<Expression>();
            while (!TakeSymbol("]"))
            {
                items.Add(Expression());
                if (!AtSymbol("]"))
                {
                    ExpectSymbol(",");
                }
            }

            return new ArrayExpression(items);
        }

        throw Unexpected("an expression");
    }

    private Expression? Keyword()
    {
        switch (Current.Text.ToUpperInvariant())
        {
            case "NULL": return Advance(new LiteralExpression(SourceKind.Null, "NULL", ColumnType.Null));
            case "TRUE": return Advance(new LiteralExpression(SourceKind.True, "1", ColumnType.Boolean));
            case "FALSE": return Advance(new LiteralExpression(SourceKind.False, "0", ColumnType.Boolean));
            case "DEFAULT" when !Ahead().IsSymbol("("): return Advance(new DefaultExpression());
            case "DATE" when Ahead().Kind == TokenKind.Text:
                _at++;
                return new CastExpression(Primary(), ColumnType.Date);
            case "DATETIME" when Ahead().Kind == TokenKind.Text:
                _at++;
                return new CastExpression(Primary(), ColumnType.DateTime);
            case "EXISTS":
                _at++;
                ExpectSymbol("(");
                var exists = new ExistsExpression(Query());
                ExpectSymbol(")");
                return exists;
            case "CAST":
                _at++;
                ExpectSymbol("(");
                Expression operand = Expression();
                Expect("AS");
                ColumnType target = Type(forCast: true);
                ExpectSymbol(")");
                return new CastExpression(operand, target);
            case "CASE":
                _at++;
                return Case();
            case "ARRAY" when Ahead().IsSymbol("<") || Ahead().IsSymbol("["):
                if (Ahead().IsSymbol("<"))
                {
                    Type();
                }
                else
                {
                    _at++;
                }

                return Symbolic();
            case "CURRENT_TIMESTAMP" or "CURRENT_DATE" or "CURRENT_USER" or "LOCALTIME" or "LOCALTIMESTAMP" when !Ahead().IsSymbol("("):
                return Advance(new CallExpression(Current.Text.ToLowerInvariant(), []));
            default:
                return null;
        }
    }
}
