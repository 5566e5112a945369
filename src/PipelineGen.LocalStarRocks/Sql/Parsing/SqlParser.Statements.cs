using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>Statements other than SELECT and CREATE TABLE.</summary>
internal sealed partial class SqlParser
{
    private Statement Statement()
    {
        if (Current.Kind == TokenKind.Symbol && AtSymbol("("))
        {
            return Query();
        }

        switch (Current.Kind == TokenKind.Word ? Current.Text.ToUpperInvariant() : "")
        {
            case "SELECT" or "WITH": return Query();
            case "CREATE": return Create();
            case "DROP": return Drop();
            case "TRUNCATE":
                _at++;
                Expect("TABLE");
                return new TruncateStatement(QualifiedName());
            case "INSERT": return Insert();
            case "DELETE":
                _at++;
                Expect("FROM");
                return new DeleteStatement(QualifiedName(), Take("WHERE") ? Expression() : null);
            case "UPDATE": return Update();
            case "USE":
                _at++;
                return new UseStatement(QualifiedName().Name);
            case "SET": return Set();
            case "SHOW": return Show();
            case "DESC" or "DESCRIBE":
                _at++;
                return new ShowStatement("DESC") { Table = QualifiedName() };
            case "ALTER": return NotTaken("ALTER");
            case "BEGIN" or "START" or "COMMIT" or "ROLLBACK": return NotTaken("SQL transactions");
            case "EXPLAIN" or "ANALYZE" or "ADMIN" or "KILL" or "GRANT" or "REVOKE" or "CANCEL" or "SUBMIT" or "REFRESH" or "LOAD" or "EXPORT" or "SWITCH" or "EXECUTE" or "PREPARE":
                return NotTaken(Current.Text.ToUpperInvariant());
            default:
                throw Unexpected("a legal statement");
        }
    }

    private NotTakenStatement NotTaken(string what)
    {
        _at = _tokens.Count - 1;
        return new NotTakenStatement(what);
    }

    private Statement Create()
    {
        _at++;
        if (Take("DATABASE") || Take("SCHEMA"))
        {
            bool ifNotExists = IfNotExists();
            var create = new CreateDatabaseStatement(Name(), ifNotExists);
            if (Take("PROPERTIES"))
            {
                Properties();
            }

            return create;
        }

        return Take("TABLE") ? CreateTable() : NotTaken("CREATE " + Current.Text.ToUpperInvariant());
    }

    private Statement Drop()
    {
        _at++;
        if (Take("DATABASE") || Take("SCHEMA"))
        {
            bool ifExists = IfExists();
            string name = Name();
            Take("FORCE");
            return new DropDatabaseStatement(name, ifExists);
        }

        if (Take("TABLE"))
        {
            bool ifExists = IfExists();
            TableName name = QualifiedName();
            Take("FORCE");
            return new DropTableStatement(name, ifExists);
        }

        return NotTaken("DROP " + Current.Text.ToUpperInvariant());
    }

    private InsertStatement Insert()
    {
        _at++;
        if (At("OVERWRITE"))
        {
            throw StarRocksError.NotInStandIn("INSERT OVERWRITE");
        }

        Expect("INTO");
        TableName table = QualifiedName();
        if (Take("WITH"))
        {
            Expect("LABEL");
            throw StarRocksError.NotInStandIn("INSERT ... WITH LABEL");
        }

        List<string> columns = AtSymbol("(") && !Ahead().Is("SELECT") ? NameList() : [];
        if (!Take("VALUES"))
        {
            return new InsertStatement(table, columns, [], Query());
        }

        var rows = new List<IReadOnlyList<Expression>>();
        do
        {
            ExpectSymbol("(");
            List<Expression> row = [Expression()];
            while (TakeSymbol(","))
            {
                row.Add(Expression());
            }

            ExpectSymbol(")");
            rows.Add(row);
        }
        while (TakeSymbol(","));

        return new InsertStatement(table, columns, rows, null);
    }

    private UpdateStatement Update()
    {
        _at++;
        TableName table = QualifiedName();
        Expect("SET");
        var sets = new List<(string, Expression)>();
        do
        {
            string column = Name();
            ExpectSymbol("=");
            sets.Add((column, Expression()));
        }
        while (TakeSymbol(","));

        return new UpdateStatement(table, sets, Take("WHERE") ? Expression() : null);
    }

    private SetStatement Set()
    {
        _at++;
        var variables = new List<(string, Expression)>();
        if (Take("NAMES") || Take("CHARACTER", "SET") || Take("CHARSET"))
        {
            string name = Current.Kind == TokenKind.Text ? Text() : Name(reservedToo: true);
            if (Take("COLLATE"))
            {
                Advance(0);
            }

            variables.Add(("names", new LiteralExpression(SourceKind.String, name, Catalog.ColumnType.Text)));
            return new SetStatement(variables);
        }

        do
        {
            if (Take("TRANSACTION") || Take("SESSION", "TRANSACTION"))
            {
                NotTaken("");
                break;
            }

            if (!AtSymbol("@@"))
            {
                _ = Take("GLOBAL") || Take("SESSION") || Take("LOCAL");
            }

            if (!TakeSymbol("@@"))
            {
                TakeSymbol("@");
            }

            string name = Name(reservedToo: true);
            while (TakeSymbol("."))
            {
                name = Name(reservedToo: true);
            }

            ExpectSymbol("=");
            Expression value = AtSymbol("@@") || Current.Kind != TokenKind.Word || Ahead().IsSymbol("(")
                ? Expression()
                : new LiteralExpression(SourceKind.String, Name(reservedToo: true), Catalog.ColumnType.Text);
            variables.Add((name, value));
        }
        while (TakeSymbol(","));

        return new SetStatement(variables);
    }

    private Statement Show()
    {
        _at++;
        bool full = Take("FULL");
        _ = Take("GLOBAL") || Take("SESSION");
        string kind = Current.Kind == TokenKind.Word ? _tokens[_at++].Text.ToUpperInvariant() : throw Unexpected("what to show");
        switch (kind)
        {
            case "DATABASES" or "SCHEMAS": return Filtered(new ShowStatement("DATABASES"));
            case "TABLES": return Filtered(From(new ShowStatement("TABLES") { Full = full }));
            case "TABLE" when Take("STATUS"): return Filtered(From(new ShowStatement("TABLE STATUS")));
            case "COLUMNS" or "FIELDS":
                if (!Take("FROM"))
                {
                    Expect("IN");
                }

                TableName table = QualifiedName();
                return Filtered(From(new ShowStatement("COLUMNS") { Table = table, Full = full }));
            case "CREATE":
                if (Take("DATABASE") || Take("SCHEMA"))
                {
                    return new ShowStatement("CREATE DATABASE") { Database = Name() };
                }

                Expect("TABLE");
                return new ShowStatement("CREATE TABLE") { Table = QualifiedName() };
            case "VARIABLES" or "STATUS": return Filtered(new ShowStatement(kind));
            case "WARNINGS" or "ERRORS" or "BACKENDS" or "FRONTENDS" or "ENGINES" or "COLLATION" or "CHARSET" or "PROCESSLIST" or "CATALOGS":
                return Filtered(new ShowStatement(kind));
            case "COMPUTE" when Take("NODES"): return new ShowStatement("COMPUTE NODES");
            case "CHARACTER" when Take("SET"): return Filtered(new ShowStatement("CHARSET"));
            default: return NotTaken("SHOW " + kind);
        }
    }

    private ShowStatement From(ShowStatement show) =>
        Take("FROM") || Take("IN") ? show with { Database = QualifiedName().Name } : show;

    private ShowStatement Filtered(ShowStatement show) =>
        Take("LIKE") ? show with { Like = Text() }
        : Take("WHERE") ? show with { Where = Expression() }
        : show;
}
