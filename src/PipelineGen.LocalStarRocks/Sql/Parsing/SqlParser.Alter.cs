namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>ALTER TABLE (STARROCKS.md, 6) and CANCEL ALTER.</summary>
internal sealed partial class SqlParser
{
    private Statement Alter()
    {
        _at++;
        if (!Take("TABLE"))
        {
            return NotTaken("ALTER " + Current.Text.ToUpperInvariant());
        }

        TableName table = QualifiedName();
        var clauses = new List<AlterClause>();
        do
        {
            AlterClauses(clauses);
        }
        while (TakeSymbol(","));

        return new AlterTableStatement(table, clauses);
    }

    private Statement Cancel()
    {
        _at++;
        if (!Take("ALTER"))
        {
            return NotTaken("CANCEL " + Current.Text.ToUpperInvariant());
        }

        Expect("TABLE");
        if (!Take("COLUMN"))
        {
            return NotTaken("CANCEL ALTER TABLE " + Current.Text.ToUpperInvariant());
        }

        Expect("FROM");
        return new CancelAlterStatement(QualifiedName());
    }

    private void AlterClauses(List<AlterClause> clauses)
    {
        string verb = Current.Kind == TokenKind.Word ? Current.Text.ToUpperInvariant() : "";
        switch (verb)
        {
            case "ADD" when Ahead().Is("COLUMN"):
                _at += 2;
                Add(clauses);
                return;
            case "ADD" when Ahead().Is("PARTITION"):
                _at++;
                clauses.Add(new AddPartitionClause(PartitionDefinition()));
                OfPartition();
                return;
            case "DROP" when Ahead().Is("PARTITION"):
                _at += 2;
                bool ifExists = Take("IF");
                if (ifExists)
                {
                    Expect("EXISTS");
                }

                clauses.Add(new DropPartitionClause(Name(), ifExists));
                Take("FORCE");
                return;
            case "DROP" when Ahead().Is("COLUMN"):
                _at += 2;
                Token at = Current;
                clauses.Add(new DropColumnClause(Name(), at));
                OfRollup();
                return;
            case "MODIFY" when Ahead().Is("COLUMN"):
                _at += 2;
                if (AtName() && (Ahead().Is("ADD") || Ahead().Is("DROP")) && Ahead(2).Is("FIELD"))
                {
                    clauses.Add(Refused("ADD FIELD and DROP FIELD of a STRUCT"));
                    return;
                }

                ColumnSyntax modified = ColumnDefinition();
                (bool first, string? after) = Position();
                clauses.Add(new ModifyColumnClause(modified, first, after));
                return;
            case "RENAME":
                _at++;
                Rename(clauses);
                return;
            case "SWAP":
                _at++;
                Expect("WITH");
                clauses.Add(new SwapClause(Name()));
                return;
            case "ORDER":
                _at++;
                Expect("BY");
                clauses.Add(new SortClause(NameList()));
                return;
            case "SET":
                _at++;
                clauses.Add(new PropertiesClause(Properties()));
                return;
            case "COMMENT":
                _at++;
                TakeSymbol("=");
                clauses.Add(new CommentClause(Text()));
                return;
            case "ADD" or "DROP" or "MODIFY" or "TRUNCATE" or "REPLACE" or "DISTRIBUTED" or "PARTITION" or "COMPACT" or "SPLIT" or "MERGE":
                clauses.Add(Refused($"ALTER TABLE ... {verb} {Ahead().Text.ToUpperInvariant()}"));
                return;
            default:
                throw Unexpected("'ADD', 'COMMENT', 'DROP', 'MODIFY', 'ORDER', 'RENAME', 'SET', 'SWAP'");
        }
    }

    private void Add(List<AlterClause> clauses)
    {
        if (TakeSymbol("("))
        {
            do
            {
                clauses.Add(new AddColumnClause(ColumnDefinition(), First: false, After: null));
            }
            while (TakeSymbol(","));

            ExpectSymbol(")");
            return;
        }

        ColumnSyntax column = ColumnDefinition();
        (bool first, string? after) = Position();
        clauses.Add(new AddColumnClause(column, first, after));
        OfRollup();
    }

    private void Rename(List<AlterClause> clauses)
    {
        if (Take("COLUMN"))
        {
            string from = Name();
            Expect("TO");
            clauses.Add(new RenameColumnClause(from, Name()));
            return;
        }

        if (At("PARTITION") || At("ROLLUP"))
        {
            clauses.Add(Refused($"RENAME {Current.Text.ToUpperInvariant()}"));
            return;
        }

        clauses.Add(new RenameTableClause(Name()));
    }

    private (bool First, string? After) Position() => Take("FIRST") ? (true, null) : Take("AFTER") ? (false, Name()) : (false, null);

    private void OfPartition()
    {
        if (At("DISTRIBUTED") || At("PROPERTIES"))
        {
            throw StarRocksError.NotInStandIn("a partition's own distribution or properties");
        }
    }

    private void OfRollup()
    {
        if (At("FROM") || At("TO"))
        {
            throw StarRocksError.NotInStandIn("columns of rollups");
        }
    }

    private NotTakenClause Refused(string what)
    {
        _at = _tokens.Count - 1;
        return new NotTakenClause(what);
    }
}
