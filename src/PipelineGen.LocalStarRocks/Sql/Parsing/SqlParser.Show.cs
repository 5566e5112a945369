namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>SHOW.</summary>
internal sealed partial class SqlParser
{
    private Statement Show()
    {
        _at++;
        bool full = Take("FULL");
        _ = Take("GLOBAL") || Take("SESSION");
        string kind = Current.Kind == TokenKind.Word ? _tokens[_at++].Text.ToUpperInvariant() : throw Unexpected("what to show");
        switch (kind)
        {
            case "DATABASES" or "SCHEMAS": return Filtered(From(new ShowStatement("DATABASES")));
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
            case "ALTER":
                Expect("TABLE");
                return Take("COLUMN")
                    ? Filtered(From(new ShowStatement("ALTER TABLE COLUMN")))
                    : NotTaken("SHOW ALTER TABLE " + Current.Text.ToUpperInvariant());
            case "TRANSACTION": return Filtered(From(new ShowStatement("TRANSACTION")));
            case "PROC": return new ShowStatement("PROC") { Like = Text() };
            case "VARIABLES" or "STATUS": return Filtered(new ShowStatement(kind));
            case "PROCESSLIST": return Filtered(new ShowStatement(kind) { Full = full });
            case "WARNINGS" or "ERRORS" or "BACKENDS" or "FRONTENDS" or "ENGINES" or "COLLATION" or "CHARSET" or "CATALOGS" or "PLUGINS" or "PRIVILEGES" or "TRIGGERS" or "EVENTS":
                return Filtered(From(new ShowStatement(kind)));
            case "COMPUTE" when Take("NODES"): return new ShowStatement("COMPUTE NODES");
            case "CHARACTER" when Take("SET"): return Filtered(new ShowStatement("CHARSET"));
            case "INDEX" or "INDEXES" or "KEYS" or "KEY":
                if (!Take("FROM"))
                {
                    Expect("IN");
                }

                return Filtered(From(new ShowStatement("INDEX") { Table = QualifiedName() }));
            default: return NotTaken("SHOW " + kind);
        }
    }

    private ShowStatement From(ShowStatement show) =>
        Take("FROM") || Take("IN") ? show with { Database = QualifiedName().Name } : show;

    private ShowStatement Filtered(ShowStatement show)
    {
        show = Take("LIKE") ? show with { Like = Text() } : Take("WHERE") ? show with { Where = Expression() } : show;
        if (At("ORDER"))
        {
            show = show with { OrderBy = OrderBy() };
        }

        if (At("LIMIT"))
        {
            (long? limit, long offset) = Limit();
            show = show with { Limit = limit, Offset = offset };
        }

        return show;
    }
}
