namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>CASE, calls, windows and column names.</summary>
internal sealed partial class SqlParser
{
    private CaseExpression Case()
    {
        Expression? operand = At("WHEN") ? null : Expression();
        var branches = new List<(Expression, Expression)>();
        while (Take("WHEN"))
        {
            Expression when = Expression();
            Expect("THEN");
            branches.Add((when, Expression()));
        }

        Expression? otherwise = Take("ELSE") ? Expression() : null;
        Expect("END");
        return new CaseExpression(operand, branches, otherwise);
    }

    private Expression Call()
    {
        string name = _tokens[_at++].Text.ToLowerInvariant();
        ExpectSymbol("(");
        bool distinct = Take("DISTINCT");
        var arguments = new List<Expression>();
        if (AtSymbol("*") && name == "count")
        {
            _at++;
        }
        else
        {
            while (!AtSymbol(")"))
            {
                arguments.Add(Expression());
                if (!TakeSymbol(","))
                {
                    break;
                }
            }
        }

        ExpectSymbol(")");
        var call = new CallExpression(name, arguments, distinct);
        return Take("OVER") ? Over(call) : call;
    }

    private WindowExpression Over(CallExpression call)
    {
        ExpectSymbol("(");
        var partition = new List<Expression>();
        if (Take("PARTITION"))
        {
            Expect("BY");
            do
            {
                partition.Add(Expression());
            }
            while (TakeSymbol(","));
        }

        List<OrderItem> order = At("ORDER") ? OrderBy() : [];
        string frame = "";
        if (At("ROWS") || At("RANGE"))
        {
            frame = _tokens[_at++].Text.ToUpperInvariant();
            if (Take("BETWEEN"))
            {
                frame += " BETWEEN " + Bound();
                Expect("AND");
                frame += " AND " + Bound();
            }
            else
            {
                frame += " " + Bound();
            }
        }

        ExpectSymbol(")");
        return new WindowExpression(call, partition, order, frame);
    }

    private string Bound()
    {
        if (Take("CURRENT"))
        {
            Expect("ROW");
            return "CURRENT ROW";
        }

        string size = Take("UNBOUNDED") ? "UNBOUNDED" : Integer().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return size + (Take("PRECEDING") ? " PRECEDING" : Take("FOLLOWING") ? " FOLLOWING" : throw Unexpected("'PRECEDING', 'FOLLOWING'"));
    }

    private ColumnExpression Column()
    {
        string first = Name();
        if (!TakeSymbol("."))
        {
            return new ColumnExpression(null, null, first);
        }

        string second = Name(reservedToo: true);
        return TakeSymbol(".")
            ? new ColumnExpression(first, second, Name(reservedToo: true))
            : new ColumnExpression(null, first, second);
    }
}
