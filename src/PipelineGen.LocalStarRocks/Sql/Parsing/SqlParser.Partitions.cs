using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>PARTITION BY: expressions, whose partitions come with the rows, and RANGE and LIST, whose partitions are made by hand.</summary>
internal sealed partial class SqlParser
{
    private CreateTableStatement Partition(CreateTableStatement create)
    {
        if (!At("RANGE") && !At("LIST"))
        {
            (string text, List<string> names) = PartitionExpressions();
            return create with { Partitioning = PartitionKind.Expression, PartitionText = text, PartitionColumns = names };
        }

        bool list = _tokens[_at++].Is("LIST");
        create = create with { Partitioning = list ? PartitionKind.List : PartitionKind.Range, PartitionColumns = NameList() };
        ExpectSymbol("(");
        var partitions = new List<PartitionSyntax>();
        if (!TakeSymbol(")"))
        {
            do
            {
                partitions.Add(PartitionDefinition());
            }
            while (TakeSymbol(","));

            ExpectSymbol(")");
        }

        return create with { Partitions = partitions };
    }

    // PARTITION BY c1, c2 | (c1, c2) | date_trunc('day', c)
    private (string Text, List<string> Columns) PartitionExpressions()
    {
        int start = Current.Start;
        var columns = new List<string>();
        bool parentheses = TakeSymbol("(");
        do
        {
            Expression expression = Primary();
            columns.Add(expression switch
            {
                ColumnExpression { Name: var name } => name,
                CallExpression { Name: "date_trunc" or "time_slice", Arguments: var arguments } when arguments.OfType<ColumnExpression>().FirstOrDefault() is { } column => column.Name,
                _ => throw StarRocksError.NotInStandIn("this partition expression"),
            });
        }
        while (TakeSymbol(","));

        if (parentheses)
        {
            ExpectSymbol(")");
        }

        return (_sql[start.._tokens[_at - 1].End], columns);
    }

    private PartitionSyntax PartitionDefinition()
    {
        if (At("START"))
        {
            throw StarRocksError.NotInStandIn("partitions by START, END and EVERY");
        }

        Expect("PARTITION");
        bool ifNotExists = Take("IF");
        if (ifNotExists)
        {
            Expect("NOT");
            Expect("EXISTS");
        }

        var partition = new PartitionSyntax(Name()) { IfNotExists = ifNotExists };
        Expect("VALUES");
        if (Take("LESS"))
        {
            Expect("THAN");
            partition = partition with { To = Take("MAXVALUE") ? [null] : PartitionValues("MAXVALUE") };
        }
        else if (TakeSymbol("["))
        {
            List<string?> from = PartitionValues("MAXVALUE");
            ExpectSymbol(",");
            partition = partition with { From = from, To = PartitionValues("MAXVALUE") };
            ExpectSymbol(")");
        }
        else
        {
            Expect("IN");
            partition = partition with { Values = ListValues() };
        }

        return Current.IsSymbol("(") ? throw StarRocksError.NotInStandIn("properties of a partition") : partition;
    }

    private List<IReadOnlyList<string?>> ListValues()
    {
        if (!Ahead().IsSymbol("("))
        {
            return [.. PartitionValues("NULL").Select(v => (IReadOnlyList<string?>)[v])];
        }

        ExpectSymbol("(");
        var values = new List<IReadOnlyList<string?>>();
        do
        {
            values.Add(PartitionValues("NULL"));
        }
        while (TakeSymbol(","));

        ExpectSymbol(")");
        return values;
    }

    // Values are texts, of numbers too.
    private List<string?> PartitionValues(string noText)
    {
        ExpectSymbol("(");
        var values = new List<string?>();
        do
        {
            values.Add(Take(noText) ? null : Text());
        }
        while (TakeSymbol(","));

        ExpectSymbol(")");
        return values;
    }
}
