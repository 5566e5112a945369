namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>Walks over what an expression is made of; queries inside it are left out.</summary>
internal static class ExpressionTree
{
    public static IEnumerable<Expression> Of(Expression root)
    {
        var left = new Stack<Expression>([root]);
        while (left.TryPop(out Expression? next))
        {
            yield return next;
            foreach (Expression part in Parts(next))
            {
                left.Push(part);
            }
        }
    }

    private static IEnumerable<Expression> Parts(Expression expression) => expression switch
    {
        UnaryExpression unary => [unary.Operand],
        BinaryExpression binary => [binary.Left, binary.Right],
        BetweenExpression between => [between.Operand, between.Low, between.High],
        InExpression list => [list.Operand, .. list.Items],
        LikeExpression like => [like.Operand, like.Pattern],
        IsNullExpression test => [test.Operand],
        CaseExpression choice => Branches(choice),
        CallExpression call => call.Arguments,
        WindowExpression window => [window.Call, .. window.PartitionBy, .. window.OrderBy.Select(o => o.Value)],
        CastExpression cast => [cast.Operand],
        ArrayExpression array => array.Items,
        _ => [],
    };

    private static IEnumerable<Expression> Branches(CaseExpression choice)
    {
        foreach (Expression? part in (Expression?[])[choice.Operand, .. choice.Branches.SelectMany(b => (Expression[])[b.When, b.Then]), choice.Else])
        {
            if (part is not null)
            {
                yield return part;
            }
        }
    }
}
