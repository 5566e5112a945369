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
            case "ALTER": return Alter();
            case "CANCEL": return Cancel();
            case "BEGIN" or "START" or "COMMIT" or "ROLLBACK": return Transaction();
            case "KILL":
                _at++;
                bool query = Take("QUERY");
                _ = query || Take("CONNECTION");
                return new KillStatement(Integer(), query);
            case "ADMIN" when Ahead().Is("SHOW") && Ahead(2).Is("FRONTEND") && Ahead(3).Is("CONFIG"):
                _at += 4;
                return Filtered(new ShowStatement("FRONTEND CONFIG"));
            case "EXPLAIN" or "ANALYZE" or "ADMIN" or "GRANT" or "REVOKE" or "SUBMIT" or "REFRESH" or "LOAD" or "EXPORT" or "SWITCH" or "EXECUTE" or "PREPARE":
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

        if (!Take("TABLE"))
        {
            return NotTaken("CREATE " + Current.Text.ToUpperInvariant());
        }

        bool unlessThere = IfNotExists();
        TableName table = QualifiedName();
        return Take("LIKE") ? new CreateTableLikeStatement(table, unlessThere, QualifiedName())
            : At("AS") ? NotTaken("CREATE TABLE ... AS SELECT")
            : CreateTable(table, unlessThere);
    }

    // BEGIN [WORK] | START TRANSACTION [WITH CONSISTENT SNAPSHOT] | COMMIT|ROLLBACK [WORK] [AND [NO] CHAIN] [[NO] RELEASE]
    private Statement Transaction()
    {
        string verb = _tokens[_at++].Text.ToUpperInvariant();
        if (verb == "START")
        {
            Expect("TRANSACTION");
            if (Take("WITH", "CONSISTENT"))
            {
                Expect("SNAPSHOT");
            }

            return new BeginStatement();
        }

        Take("WORK");
        if (verb == "BEGIN")
        {
            return new BeginStatement();
        }

        if (Take("AND"))
        {
            Take("NO");
            Expect("CHAIN");
        }

        if (Take("NO"))
        {
            Expect("RELEASE");
        }

        return verb == "COMMIT" ? new CommitStatement() : new RollbackStatement();
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
        if (At("PARTITION") || At("TEMPORARY"))
        {
            throw StarRocksError.NotInStandIn("INSERT into partitions");
        }

        // StarRocks' grammar: WITH LABEL comes before the columns.
        string? label = null;
        if (At("WITH", "LABEL"))
        {
            _at += 2;
            label = Current.Kind == TokenKind.Text ? Text() : Name();
        }

        List<string> columns = AtSymbol("(") && !Ahead().Is("SELECT") && !Ahead().Is("WITH") && !Ahead().IsSymbol("(") ? NameList() : [];
        if (At("PROPERTIES"))
        {
            throw StarRocksError.NotInStandIn("INSERT ... PROPERTIES");
        }

        if (!Take("VALUES"))
        {
            return new InsertStatement(table, columns, [], Query()) { Label = label };
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

        return new InsertStatement(table, columns, rows, null) { Label = label };
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
}
