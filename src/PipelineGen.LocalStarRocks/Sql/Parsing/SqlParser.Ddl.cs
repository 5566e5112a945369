using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>CREATE TABLE and types. The order of the clauses is fixed by StarRocks' grammar (STARROCKS.md, 5.1).</summary>
internal sealed partial class SqlParser
{
    private CreateTableStatement CreateTable(TableName table, bool ifNotExists)
    {
        ExpectSymbol("(");
        var columns = new List<ColumnSyntax>();
        var indexes = new List<(string, IReadOnlyList<string>, string)>();
        do
        {
            if (At("INDEX"))
            {
                indexes.Add(Index());
            }
            else
            {
                columns.Add(ColumnDefinition());
            }
        }
        while (TakeSymbol(","));

        ExpectSymbol(")");
        var create = new CreateTableStatement(table, ifNotExists, columns) { Indexes = indexes };
        if (Take("ENGINE"))
        {
            ExpectSymbol("=");
            create = create with { Engine = Name() };
        }

        if (At("PRIMARY") || At("DUPLICATE") || At("UNIQUE") || At("AGGREGATE"))
        {
            string model = _tokens[_at++].Text.ToUpperInvariant();
            Expect("KEY");
            List<string> names = NameList();
            create = create with
            {
                Keys = model switch
                {
                    "PRIMARY" => KeysType.Primary,
                    "DUPLICATE" => KeysType.Duplicate,
                    "UNIQUE" => KeysType.Unique,
                    _ => throw StarRocksError.NotInStandIn(model + " KEY tables"),
                },
                KeyNames = names,
            };
        }

        if (Take("COMMENT"))
        {
            create = create with { Comment = Text() };
        }

        if (Take("PARTITION"))
        {
            Expect("BY");
            create = Partition(create);
        }

        if (Take("DISTRIBUTED"))
        {
            Expect("BY");
            create = create with { HasDistribution = true };
            if (Take("RANDOM"))
            {
                create = create with { RandomDistribution = true };
            }
            else
            {
                Expect("HASH");
                create = create with { DistributionColumns = NameList() };
            }

            if (Take("BUCKETS"))
            {
                create = create with { Buckets = (int)Math.Min(Integer(), int.MaxValue) };
            }
        }

        if (Take("ORDER"))
        {
            Expect("BY");
            create = create with { SortColumns = NameList() };
        }

        return Take("PROPERTIES") ? create with { Properties = Properties() } : create;
    }

    private ColumnSyntax ColumnDefinition()
    {
        Token at = Current;
        string name = Name();
        ColumnType type = Type();
        var column = new ColumnSyntax(name, type, at) { IsKey = Take("KEY") };
        if (At("SUM") || At("MAX") || At("MIN") || At("REPLACE") || At("REPLACE_IF_NOT_NULL") || At("HLL_UNION") || At("BITMAP_UNION"))
        {
            throw StarRocksError.NotInStandIn("aggregate columns (AGGREGATE KEY tables)");
        }

        if (Take("NOT"))
        {
            Expect("NULL");
            column = column with { Nullable = false };
        }
        else if (Take("NULL"))
        {
            column = column with { Nullable = true };
        }

        if (Take("AUTO_INCREMENT"))
        {
            column = column with { AutoIncrement = true };
        }
        else if (Take("AS"))
        {
            column = column with { Generation = Expression() };
        }
        else if (Take("DEFAULT"))
        {
            column = Default(column);
        }

        return Take("COMMENT") ? column with { Comment = Text() } : column;
    }

    private ColumnSyntax Default(ColumnSyntax column)
    {
        if (Current.Kind == TokenKind.Text)
        {
            return column with { Default = DefaultKind.Literal, DefaultText = Text() };
        }

        if (Take("NULL"))
        {
            return column with { Default = DefaultKind.Null };
        }

        if (Take("CURRENT_TIMESTAMP"))
        {
            if (TakeSymbol("("))
            {
                ExpectSymbol(")");
            }

            return column with { Default = DefaultKind.CurrentTimestamp };
        }

        if (TakeSymbol("("))
        {
            if (!Take("uuid"))
            {
                throw At("uuid_numeric") || At("now") ? StarRocksError.NotInStandIn($"DEFAULT ({Current.Text}())") : Unexpected("uuid, uuid_numeric");
            }

            ExpectSymbol("(");
            ExpectSymbol(")");
            ExpectSymbol(")");
            return column with { Default = DefaultKind.Uuid };
        }

        bool negative = TakeSymbol("-");
        if (Current.Kind is TokenKind.Integer or TokenKind.Number || At("TRUE") || At("FALSE"))
        {
            string text = _tokens[_at++].Text.ToUpperInvariant() switch { "TRUE" => "1", "FALSE" => "0", var other => other };
            return column with { Default = DefaultKind.Literal, DefaultText = (negative ? "-" : "") + text, BareDefault = true };
        }

        throw Unexpected("NULL, CURRENT_TIMESTAMP, SINGLE_QUOTED_TEXT, DOUBLE_QUOTED_TEXT");
    }

    // INDEX name (columns) [USING BITMAP] [COMMENT ""]: kept and shown, of no effect on what a query answers.
    private (string Name, IReadOnlyList<string> Columns, string Text) Index()
    {
        int start = Current.Start;
        _at++;
        string name = Name();
        List<string> columns = NameList();
        if (Take("USING") && !Take("BITMAP"))
        {
            throw StarRocksError.NotInStandIn($"INDEX ... USING {Current.Text.ToUpperInvariant()}");
        }

        if (Take("COMMENT"))
        {
            Text();
        }

        return (name, columns, _sql[start.._tokens[_at - 1].End]);
    }

    /// <summary>Keys and values are texts: <c>"replication_num" = 1</c> is a syntax error.</summary>
    private Dictionary<string, string> Properties()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        ExpectSymbol("(");
        do
        {
            string key = Text();
            ExpectSymbol("=");
            properties[key] = Text();
        }
        while (TakeSymbol(","));

        ExpectSymbol(")");
        return properties;
    }
}
