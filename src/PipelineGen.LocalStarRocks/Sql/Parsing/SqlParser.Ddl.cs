using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>CREATE TABLE and types. The order of the clauses is fixed by StarRocks' grammar (STARROCKS.md, 5.1).</summary>
internal sealed partial class SqlParser
{
    private const int MaxNesting = 15;

    private CreateTableStatement CreateTable()
    {
        bool ifNotExists = IfNotExists();
        TableName table = QualifiedName();
        ExpectSymbol("(");
        var columns = new List<ColumnSyntax>();
        do
        {
            if (At("INDEX"))
            {
                throw StarRocksError.NotInStandIn("INDEX");
            }

            columns.Add(ColumnDefinition());
        }
        while (TakeSymbol(","));

        ExpectSymbol(")");
        var create = new CreateTableStatement(table, ifNotExists, columns);
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
            (string text, List<string> names) = Partition();
            create = create with { PartitionText = text, PartitionColumns = names };
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
                create = create with { Buckets = (int)Integer() };
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
            throw StarRocksError.NotInStandIn("aggregate columns");
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

        if (At("AUTO_INCREMENT") || At("AS"))
        {
            throw StarRocksError.NotInStandIn(At("AS") ? "generated columns" : "AUTO_INCREMENT");
        }

        if (Take("DEFAULT"))
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
                throw StarRocksError.NotInStandIn("this default expression");
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

    // PARTITION BY c1, c2 | (c1, c2) | date_trunc('day', c). RANGE and LIST are not for replica tables.
    private (string Text, List<string> Columns) Partition()
    {
        if (At("RANGE") || At("LIST"))
        {
            throw StarRocksError.NotInStandIn($"PARTITION BY {Current.Text.ToUpperInvariant()}");
        }

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

    private ColumnType Type(bool forCast = false, int depth = 1)
    {
        if (depth > MaxNesting)
        {
            throw StarRocksError.Refused("Type exceeds the maximum nesting depth of 15");
        }

        Token token = Current;
        if (token.Kind != TokenKind.Word)
        {
            throw Unexpected("a type");
        }

        string name = token.Text.ToUpperInvariant();
        _at++;
        switch (name)
        {
            case "BOOLEAN": return ColumnType.Boolean;
            case "TINYINT": return Width(ColumnType.TinyInt);
            case "SMALLINT": return Width(ColumnType.SmallInt);
            case "INT" or "INTEGER": return Width(ColumnType.Int);
            case "SIGNED" when forCast: return Take("INTEGER") ? ColumnType.Int : ColumnType.BigInt;
            case "BIGINT": return Width(ColumnType.BigInt);
            case "LARGEINT": return Width(ColumnType.LargeInt);
            case "FLOAT": return ColumnType.Float;
            case "DOUBLE": return ColumnType.Double;
            case "DECIMAL" or "NUMERIC" or "NUMBER" or "DECIMALV3" or "DECIMAL32" or "DECIMAL64" or "DECIMAL128": return Decimal();
            case "DATE": return ColumnType.Date;
            case "DATETIME": return ColumnType.DateTime;
            case "TIME": return new ColumnType(TypeKind.Null, Length: 1);
            case "STRING" or "TEXT": return new ColumnType(TypeKind.Varchar, ColumnType.StringLength);
            case "CHAR": return new ColumnType(TypeKind.Char, Length(forCast ? 255 : 1, 255, "Char size must be <= 255"));
            case "VARCHAR": return new ColumnType(TypeKind.Varchar, Length(forCast ? ColumnType.MaxVarchar : 1, ColumnType.MaxVarchar, $"Varchar size must be <= {ColumnType.MaxVarchar}"));
            case "VARBINARY" or "BINARY": return new ColumnType(TypeKind.Varbinary, Length(ColumnType.MaxVarchar, ColumnType.MaxVarchar, $"Varbinary size must be <= {ColumnType.MaxVarchar}"));
            case "JSON": return ColumnType.Json;
            case "BITMAP" or "HLL" or "PERCENTILE": throw StarRocksError.NotInStandIn("type " + name);
            case "ARRAY":
                ExpectSymbol("<");
                ColumnType element = Type(depth: depth + 1);
                ExpectSymbol(">");
                return new ColumnType(TypeKind.Array) { Elements = [element] };
            case "MAP":
                ExpectSymbol("<");
                ColumnType key = Type(depth: depth + 1);
                ExpectSymbol(",");
                ColumnType value = Type(depth: depth + 1);
                ExpectSymbol(">");
                return new ColumnType(TypeKind.Map) { Elements = [key, value] };
            case "STRUCT":
                return Struct(depth);
            default:
                _at--;
                throw Unexpected("a type");
        }
    }

    private ColumnType Struct(int depth)
    {
        ExpectSymbol("<");
        var names = new List<string>();
        var types = new List<ColumnType>();
        do
        {
            names.Add(Name());
            TakeSymbol(":");
            types.Add(Type(depth: depth + 1));
        }
        while (TakeSymbol(","));

        ExpectSymbol(">");
        return new ColumnType(TypeKind.Struct) { Elements = types, FieldNames = names };
    }

    private ColumnType Decimal()
    {
        if (!TakeSymbol("("))
        {
            return new ColumnType(TypeKind.Decimal, Precision: 10, Scale: 0);
        }

        int precision = (int)Integer();
        int scale = TakeSymbol(",") ? (int)Integer() : 0;
        ExpectSymbol(")");
        return new ColumnType(TypeKind.Decimal, Precision: precision, Scale: scale);
    }

    // int(11) parses; the width means nothing.
    private ColumnType Width(ColumnType type)
    {
        if (TakeSymbol("("))
        {
            Integer();
            ExpectSymbol(")");
        }

        return type;
    }

    private int Length(int byDefault, int max, string tooLong)
    {
        if (!TakeSymbol("("))
        {
            return byDefault;
        }

        Token at = Current;
        if (TakeSymbol("*"))
        {
            ExpectSymbol(")");
            return max;
        }

        long length = Integer();
        ExpectSymbol(")");
        return length > max ? throw StarRocksError.AnalyzingAt(at.Line, at.Column, $"{tooLong}: {length}")
            : length < 1 ? throw StarRocksError.AnalyzingAt(at.Line, at.Column, $"size must be > 0: {length}")
            : (int)length;
    }
}
