using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>INSERT, DELETE, UPDATE and TRUNCATE, inside the writer's transaction. Values are checked as a strict load checks them.</summary>
internal sealed class ChangeExecutor(SqlSession session, CatalogSnapshot catalog)
{
    private AutoIncrement? _counter;

    /// <param name="buffer">Of a SQL transaction: takes an INSERT's rows instead of the table.</param>
    public long Run(SqliteHandle db, Statement statement, BufferedRows? buffer = null)
    {
        try
        {
            return statement switch
            {
                InsertStatement insert => Insert(db, insert, buffer),
                DeleteStatement delete => Delete(db, delete),
                UpdateStatement update => Update(db, update),
                TruncateStatement truncate => Truncate(db, truncate),
                _ => throw new InvalidOperationException($"No change: {statement}"),
            };
        }
        catch (RowRefusedException e)
        {
            throw StarRocksError.Refused(e.Message);
        }
    }

    public TableDefinition Find(TableName name)
    {
        string database = name.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        return !catalog.HasDatabase(database) ? throw StarRocksError.UnknownDatabase(database)
            : catalog.Find(database, name.Name) ?? throw StarRocksError.UnknownTable($"{database}.{name.Name}");
    }

    private static long Truncate(SqliteHandle db, TableDefinition table)
    {
        db.Execute($"DELETE FROM {table.StorageName}");
        return 0;
    }

    private long Truncate(SqliteHandle db, TruncateStatement truncate) => Truncate(db, Find(truncate.Table));

    private long Insert(SqliteHandle db, InsertStatement insert, BufferedRows? buffer)
    {
        TableDefinition table = Find(insert.Table);
        int[] targets = Targets(table, insert.Columns);
        var row = new RowCells(table.Columns.Count);
        _counter = AutoIncrement.Open(db, table);
        GeneratedColumns? generated = GeneratedColumns.Of(table, session.Cluster.Time);
        var partitions = PartitionMap.Of(table);
        using RowWriter? writer = buffer is null ? new RowWriter(db, table) : null;
        IRowSink sink = (IRowSink?)buffer ?? writer!;
        long count = 0;
        foreach (Action<int> source in insert.Query is null ? Values(insert, targets, table, row) : Selected(db, insert.Query, targets, table, row))
        {
            row.Clear();
            for (int i = 0; i < targets.Length; i++)
            {
                source(i);
            }

            FillDefaults(table, targets, row);
            generated?.Fill(row);
            CheckNulls(table, row);
            if (partitions?.Holds(row) == false)
            {
                throw StarRocksError.Refused("Insert has filtered data, reason: " + PartitionMap.OutOfRanges);
            }

            sink.Upsert(row);
            count++;
        }

        _counter?.Save(db);
        return count;
    }

    private static int[] Targets(TableDefinition table, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return [.. Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].Generation is null)];
        }

        int[] targets = [.. names.Select(n => table.IndexOf(n) is >= 0 and var index ? index : throw StarRocksError.Analyzing($"Unknown column '{n}' in '{table.Name}'."))];
        if (Array.Find(targets, t => table.Columns[t].Generation is not null) is > 0 and var computed)
        {
            throw StarRocksError.Analyzing($"generated column '{table.Columns[computed].Name}' can not be specified.");
        }

        if (targets.Distinct().Count() != targets.Length)
        {
            throw new StarRocksError(1060, "42S21", $"Duplicate column name '{names[targets.Length - 1]}'");
        }

        for (int i = 0; i < table.Columns.Count; i++)
        {
            ColumnDefinition column = table.Columns[i];
            if (!targets.Contains(i) && !column.Nullable && !column.AutoIncrement && column.Default == DefaultKind.None)
            {
                throw StarRocksError.Analyzing($"'{column.Name}' must be explicitly mentioned in column permutation.");
            }
        }

        return targets;
    }

    private static StarRocksError CountMismatch(int targets, int values) =>
        new(5604, "42601", $"Inserted target column count: {targets} doesn't match select/value column count: {values}");

    private IEnumerable<Action<int>> Values(InsertStatement insert, int[] targets, TableDefinition table, RowCells row)
    {
        if (insert.Rows.FirstOrDefault(r => r.Count != targets.Length) is { } wrong)
        {
            throw CountMismatch(targets.Length, wrong.Count);
        }

        var expressions = new ExpressionTranslator(session, new Scope(null), (_, _) => throw StarRocksError.NotInStandIn("a subquery in VALUES"));
        foreach (IReadOnlyList<Expression> values in insert.Rows)
        {
            yield return i => SetValue(table, targets[i], values[i], row, expressions);
        }
    }

    private void SetValue(TableDefinition table, int target, Expression value, RowCells row, ExpressionTranslator expressions)
    {
        ColumnDefinition column = table.Columns[target];
        switch (value)
        {
            case LiteralExpression { Source: SourceKind.String } text when column.Type.Kind == TypeKind.Json:
                // A text is cast to JSON, that is parsed; a load would keep it as a JSON string.
                if (JsonText.TryParse(Encoding.UTF8.GetBytes(text.Text), out string printed))
                {
                    row.SetText(target, Encoding.UTF8.GetBytes(printed));
                }

                return;
            case LiteralExpression { Source: SourceKind.Null } when column.AutoIncrement:
                throw StarRocksError.Analyzing($" `NULL` value is not supported for an AUTO_INCREMENT column: {column.Name} You can use `default` for an AUTO INCREMENT column");
            case LiteralExpression literal:
                Set(column, target, literal.Source, Encoding.UTF8.GetBytes(literal.Text), row);
                return;
            case ArrayExpression array:
                Set(column, target, SourceKind.Nested, Encoding.UTF8.GetBytes(ArrayConstant.Json(array)), row);
                return;
            case DefaultExpression:
                SetDefault(column, target, row);
                return;
            default:
                SetComputed(column, target, expressions.Translate(value), row);
                return;
        }
    }

    private void SetComputed(ColumnDefinition column, int target, TypedSql value, RowCells row)
    {
        SqliteHandle reader = session.Cluster.Store.RentReader();
        try
        {
            using SqliteStatement one = reader.Prepare("SELECT " + value.Sql);
            one.Step();
            Copy(one, 0, value.Type, column, target, row);
        }
        finally
        {
            session.Cluster.Store.Return(reader);
        }
    }

    private IEnumerable<Action<int>> Selected(SqliteHandle db, SelectQuery query, int[] targets, TableDefinition table, RowCells row)
    {
        var translator = new SelectTranslator(session, catalog);
        (string sql, IReadOnlyList<ResultColumn> columns) = translator.Translate(query);
        foreach (long read in translator.TablesRead)
        {
            session.Transaction?.ThrowIfChanged(read);
        }

        if (columns.Count != targets.Length)
        {
            throw CountMismatch(targets.Length, columns.Count);
        }

        // Rows of the table itself may be selected: a temporary table keeps the reading apart from the writing.
        db.Execute("DROP TABLE IF EXISTS temp.selected");
        db.Execute($"CREATE TEMP TABLE selected AS {sql}");
        using (SqliteStatement rows = db.Prepare("SELECT * FROM temp.selected"))
        {
            while (rows.Step())
            {
                yield return i => Copy(rows, i, columns[i].Type, table.Columns[targets[i]], targets[i], row);
            }
        }

        db.Execute("DROP TABLE temp.selected");
    }

    private static void Copy(SqliteStatement from, int index, ColumnType type, ColumnDefinition column, int target, RowCells row)
    {
        if (from.IsNull(index))
        {
            row.SetNull(target);
            return;
        }

        SourceKind kind = type.IsNumeric ? SourceKind.Number : type.IsNested || type.Kind == TypeKind.Json ? SourceKind.Nested : SourceKind.String;
        byte[] text = from.IsReal(index)
            ? Encoding.ASCII.GetBytes(from.Real(index).ToString("R", CultureInfo.InvariantCulture))
            : from.IsInteger(index) ? Encoding.ASCII.GetBytes(from.Integer(index).ToString(CultureInfo.InvariantCulture))
            : from.Bytes(index).ToArray();
        Set(column, target, kind, text, row);
    }

    private static void Set(ColumnDefinition column, int target, SourceKind kind, ReadOnlySpan<byte> text, RowCells row)
    {
        switch (ValueConversion.Convert(column.Type, kind, text, row, target))
        {
            case Conversion.Done:
                return;
            case Conversion.TooLong:
                throw StarRocksError.Refused($"Insert has filtered data, reason: String (length={text.Length}) is too long. The max length of '{column.Name}' is {column.Type.Length}");
            default:
                throw StarRocksError.Refused($"Insert has filtered data, reason: Value '{Encoding.UTF8.GetString(text)}' is out of range. The type of '{column.Name}' is {column.Type}");
        }
    }

    private void FillDefaults(TableDefinition table, int[] targets, RowCells row)
    {
        if (targets.Length == table.Columns.Count)
        {
            return;
        }

        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (!targets.Contains(i) && table.Columns[i].Generation is null)
            {
                SetDefault(table.Columns[i], i, row);
            }
        }
    }

    private void SetDefault(ColumnDefinition column, int target, RowCells row)
    {
        if (column.AutoIncrement)
        {
            row.Set(target, _counter!.Next());
            return;
        }

        string? text = column.Default switch
        {
            DefaultKind.Literal => column.DefaultText,
            DefaultKind.CurrentTimestamp => session.Cluster.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            DefaultKind.Uuid => Guid.NewGuid().ToString(),
            _ => null,
        };
        if (text is null)
        {
            row.SetNull(target);
        }
        else
        {
            Set(column, target, column.DefaultSource, Encoding.UTF8.GetBytes(text), row);
        }
    }

    private static void CheckNulls(TableDefinition table, RowCells row)
    {
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (!table.Columns[i].Nullable && row.Cells[i].Kind == CellKind.Null)
            {
                string kind = table.Columns[i].AutoIncrement ? "auto increment" : "non-nullable";
                throw StarRocksError.Refused($"Insert has filtered data, reason: NULL value in {kind} column '{table.Columns[i].Name}'");
            }
        }
    }

    private long Delete(SqliteHandle db, DeleteStatement delete)
    {
        TableDefinition table = Find(delete.Table);
        if (!table.IsPrimaryKey)
        {
            throw StarRocksError.NotInStandIn("DELETE on tables without a primary key");
        }

        if (delete.Where is null)
        {
            throw StarRocksError.Analyzing("Delete must specify where clause to prevent full table delete.");
        }

        var translator = new SelectTranslator(session, catalog);
        (string from, _, ExpressionTranslator expressions) = translator.Table(table);
        string where = expressions.Condition(delete.Where);
        db.Execute(translator.Prefixed($"DELETE FROM {from} WHERE {where}"));
        return db.Changes;
    }

    private long Update(SqliteHandle db, UpdateStatement update)
    {
        TableDefinition table = Find(update.Table);
        if (!table.IsPrimaryKey)
        {
            throw StarRocksError.Analyzing($"table {table.Name} does not support update.");
        }

        if (update.Where is null)
        {
            throw StarRocksError.Analyzing("must specify where clause to prevent full table update");
        }

        var translator = new SelectTranslator(session, catalog);
        (string from, _, ExpressionTranslator expressions) = translator.Table(table);
        var values = new Dictionary<int, TypedSql>();
        foreach ((string name, Expression value) in update.Sets)
        {
            int index = table.IndexOf(name);
            if (index < 0 || table.Columns[index].IsKey)
            {
                throw StarRocksError.Analyzing(index < 0 ? $"table '{table.Name}' do not existing column '{name}'" : $"primary key column cannot be updated: {name}");
            }

            if (table.Columns[index].Generation is not null)
            {
                throw StarRocksError.Analyzing($"generated column '{table.Columns[index].Name}' can not be specified.");
            }

            values[index] = value is LiteralExpression literal ? TypedSql.Of(literal) : expressions.Translate(value);
        }

        // Read, convert and upsert: so every value passes the checks of an INSERT.
        string list = string.Join(", ", table.Columns.Select((c, i) => values.TryGetValue(i, out TypedSql v) ? v.Sql : $"{Identifiers.Storage(table.Name)}.{Identifiers.Storage(c.Name)}"));
        db.Execute("DROP TABLE IF EXISTS temp.selected");
        string where = expressions.Condition(update.Where);
        db.Execute("CREATE TEMP TABLE selected AS " + translator.Prefixed($"SELECT {list} FROM {from} WHERE {where}"));
        var row = new RowCells(table.Columns.Count);
        GeneratedColumns? generated = GeneratedColumns.Of(table, session.Cluster.Time);
        using var writer = new RowWriter(db, table);
        using SqliteStatement rows = db.Prepare("SELECT * FROM temp.selected");
        long count = 0;
        while (rows.Step())
        {
            row.Clear();
            for (int i = 0; i < table.Columns.Count; i++)
            {
                Copy(rows, i, values.TryGetValue(i, out TypedSql v) ? v.Type : table.Columns[i].Type, table.Columns[i], i, row);
            }

            generated?.Fill(row);
            CheckNulls(table, row);
            writer.Upsert(row);
            count++;
        }

        return count;
    }
}
