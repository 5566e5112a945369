using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>SHOW and DESC (STARROCKS.md, 7).</summary>
internal sealed class ShowExecutor(SqlSession session)
{
    public ResultSet Run(ShowStatement show)
    {
        CatalogSnapshot catalog = session.Cluster.Catalog.Current;
        RowSet rows = show.Kind switch
        {
            "DATABASES" => RowSet.Of("Database", InformationSchema.Databases(catalog).Select(d => new object?[] { d })),
            "TABLES" => Tables(show, catalog),
            "TABLE STATUS" => InformationSchema.Find("tables", session, catalog)!,
            "COLUMNS" => Columns(Find(show, catalog), show.Full),
            "DESC" => Columns(Find(show, catalog), full: false),
            "CREATE TABLE" => RowSet.Of("Table,Create Table", [[Find(show, catalog) is var t ? t.Name : "", TableText.Print(t)]]),
            "CREATE DATABASE" => CreateDatabase(show.Database!, catalog),
            "ALTER TABLE COLUMN" => TransactionRows.Alters(session.Cluster, Database(show, catalog)),
            "TRANSACTION" => TransactionRows.Show(session.Cluster, Database(show, catalog), show.Where),
            "PROC" => TransactionRows.Proc(session.Cluster, show.Like!),
            "PROCESSLIST" => Processes(show.Full),
            "FRONTEND CONFIG" => Config(),
            "INDEX" => Indexes(Find(show, catalog)),
            "PLUGINS" or "PRIVILEGES" or "TRIGGERS" or "EVENTS" => RowSet.Of("Name", []),
            "VARIABLES" => RowSet.Of("Variable_name,Value", session.Variables.All.Select(v => new object?[] { v.Key, v.Value })),
            "STATUS" => RowSet.Of("Variable_name,Value", []),
            "WARNINGS" or "ERRORS" => RowSet.Of("Level,#Code,Message", []),
            "BACKENDS" => RowSet.Of("#BackendId,IP,#HeartbeatPort,#BePort,#HttpPort,#BrpcPort,Alive,Version,Status",
                [[10001L, "127.0.0.1", 0L, 0L, (long)session.Cluster.BackendUrl.Port, 0L, "true", session.Cluster.Version.Text, Cluster.Comment]]),
            "FRONTENDS" => RowSet.Of("#Id,Name,IP,#HttpPort,#QueryPort,Role,Alive,Version",
                [[1L, "127.0.0.1", "127.0.0.1", (long)session.Cluster.HttpPort, (long)session.Cluster.SqlPort, "LEADER", "true", $"{session.Cluster.Version.Text} {Cluster.Comment}"]]),
            "COMPUTE NODES" => RowSet.Of("#ComputeNodeId,IP", []),
            "ENGINES" => InformationSchema.Find("engines", session, catalog)!,
            "CATALOGS" => RowSet.Of("Catalog,Type,Comment", [["default_catalog", "Internal", Cluster.Comment]]),
            "COLLATION" => RowSet.Of("Collation,Charset,#Id,Default,Compiled,#Sortlen", [["utf8_general_ci", "utf8", 33L, "Yes", "Yes", 1L]]),
            "CHARSET" => RowSet.Of("Charset,Description,Default collation,#Maxlen", [["utf8", "UTF-8 Unicode", "utf8_general_ci", 3L]]),
            _ => throw StarRocksError.NotInStandIn("SHOW " + show.Kind),
        };
        Expression? where = show.Kind is "TRANSACTION" or "PROC" ? null
            : show.Like is null ? show.Where
            : new LikeExpression(new ColumnExpression(null, null, rows.Columns[0].Name), new LiteralExpression(SourceKind.String, show.Like, ColumnType.Text), false);
        if (where is not null || show.OrderBy.Count > 0 || show.Limit is not null)
        {
            (string sql, IReadOnlyList<ResultColumn> columns) = new SelectTranslator(session, catalog).Translate(rows, show, where);
            return ResultSet.Stream(session.Cluster.Store, sql, columns);
        }

        return new ResultSet { Columns = rows.Columns, Rows = rows.Rows.Select(r => r.Select(v => v is null ? null : Encoding.UTF8.GetBytes(v.ToString()!)).ToArray()) };
    }

    private string Database(ShowStatement show, CatalogSnapshot catalog)
    {
        string database = show.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        return catalog.HasDatabase(database) ? database : throw StarRocksError.UnknownDatabase(database);
    }

    private RowSet Processes(bool full)
    {
        DateTimeOffset now = session.Cluster.Time.GetUtcNow();
        return RowSet.Of("#Id,User,Host,Db,Command,ConnectionStartTime,#Time,State,Info,IsPending", session.Cluster.Connections.All.Select(s => new object?[]
        {
            (long)s.ConnectionId, session.Cluster.Options.User, s.Host, s.Database ?? "", s.Statement is null ? "Sleep" : "Query", TransactionRows.Time(s.Started),
            (long)(now - s.CommandStarted).TotalSeconds, s.Statement is null ? "" : "OK", full || s.Statement is not { Length: > 100 } text ? s.Statement ?? "" : text[..100], "false",
        }));
    }

    private RowSet Config()
    {
        (string Key, object Value)[] values =
        [
            ("empty_load_as_error", true), ("http_max_header_size", 32768), ("http_port", session.Cluster.HttpPort), ("label_clean_interval_second", 14400), ("label_keep_max_num", 1000),
            ("label_keep_max_second", 259200), ("max_running_txn_num_per_db", 1000), ("prepared_transaction_default_timeout_second", 86400), ("query_port", session.Cluster.SqlPort),
            ("run_mode", "shared_nothing"), ("stream_load_default_timeout_second", 600),
        ];
        return RowSet.Of("Key,AliasNames,Value,Type,IsMutable,Comment", values.Select(v => new object?[]
            { v.Key, "[]", v.Value.ToString()!.ToLowerInvariant(), v.Value switch { bool => "boolean", int => "int", _ => "String" }, "false", Cluster.Comment }));
    }

    private static RowSet Indexes(TableDefinition table) => RowSet.Of(
        "Table,Non_unique,Key_name,Seq_in_index,Column_name,Collation,Cardinality,Sub_part,Packed,Null,Index_type,Comment",
        table.IndexTexts.Select(t => new object?[] { table.Name, "", t, "", "", "", "", "", "", "", "BITMAP", "" }));

    private RowSet Tables(ShowStatement show, CatalogSnapshot catalog)
    {
        string database = show.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        IEnumerable<string> names = database == "information_schema" ? InformationSchema.Views
            : catalog.Databases.TryGetValue(database, out var tables) ? tables.Keys
            : throw StarRocksError.UnknownDatabase(database);
        return show.Full
            ? RowSet.Of($"Tables_in_{database},Table_type", names.Select(n => new object?[] { n, "BASE TABLE" }))
            : RowSet.Of($"Tables_in_{database}", names.Select(n => new object?[] { n }));
    }

    private TableDefinition Find(ShowStatement show, CatalogSnapshot catalog)
    {
        string database = show.Database ?? show.Table!.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        if (!catalog.HasDatabase(database))
        {
            throw StarRocksError.UnknownDatabase(database);
        }

        return catalog.Find(database, show.Table!.Name) ?? throw StarRocksError.UnknownTable($"{database}.{show.Table.Name}");
    }

    private static RowSet Columns(TableDefinition table, bool full)
    {
        static string? Default(ColumnDefinition column) => column.Default switch
        {
            DefaultKind.Literal => column.DefaultText,
            DefaultKind.CurrentTimestamp => "CURRENT_TIMESTAMP",
            DefaultKind.Uuid => "uuid()",
            _ => null,
        };

        // Plain: Key true/false. FULL: YES/NO, with collation, privileges and comment.
        return full
            ? RowSet.Of("Field,Type,Collation,Null,Key,Default,Extra,Privileges,Comment", table.Columns.Select(c => new object?[]
                { c.Name, c.Type.ToDescription(), c.Type.IsText ? "utf8_general_ci" : "", c.Nullable ? "YES" : "NO", c.IsKey ? "YES" : "NO", Default(c), "", "", c.Comment }))
            : RowSet.Of("Field,Type,Null,Key,Default,Extra", table.Columns.Select(c => new object?[]
                { c.Name, c.Type.ToDescription(), c.Nullable ? "YES" : "NO", c.IsKey ? "true" : "false", Default(c), "" }));
    }

    private static RowSet CreateDatabase(string name, CatalogSnapshot catalog) => catalog.HasDatabase(name)
        ? RowSet.Of("Database,Create Database", [[name, $"CREATE DATABASE {Identifiers.Backtick(name)}"]])
        : throw StarRocksError.UnknownDatabase(name);
}
