using System.Text.Encodings.Web;
using System.Text.Json;
using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>information_schema's views, in the columns of STARROCKS.md, 7.</summary>
internal static class InformationSchema
{
    public static readonly string[] Views = ["columns", "loads", "schemata", "stream_loads", "tables", "tables_config"];

    public static RowSet? Find(string view, SqlSession session, CatalogSnapshot catalog) => view.ToLowerInvariant() switch
    {
        "schemata" => RowSet.Of("CATALOG_NAME,SCHEMA_NAME,DEFAULT_CHARACTER_SET_NAME,DEFAULT_COLLATION_NAME,SQL_PATH",
            Databases(catalog).Select(d => new object?[] { "def", d, "utf8", "utf8_general_ci", null })),
        "tables" => RowSet.Of(
            "TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,TABLE_TYPE,ENGINE,#VERSION,ROW_FORMAT,#TABLE_ROWS,#AVG_ROW_LENGTH,#DATA_LENGTH,#MAX_DATA_LENGTH,#INDEX_LENGTH,#DATA_FREE,#AUTO_INCREMENT,CREATE_TIME,UPDATE_TIME,CHECK_TIME,TABLE_COLLATION,#CHECKSUM,CREATE_OPTIONS,TABLE_COMMENT",
            Tables(catalog).Select(t => new object?[] { "def", t.Database, t.Name, "BASE TABLE", "StarRocks", null, null, null, null, null, null, null, null, null, null, null, null, "utf8_general_ci", null, null, t.Comment })
                .Concat(Views.Select(v => new object?[] { "def", "information_schema", v, "SYSTEM VIEW", "MEMORY", null, null, null, null, null, null, null, null, null, null, null, null, "utf8_general_ci", null, null, "" }))),
        "tables_config" => RowSet.Of(
            "TABLE_SCHEMA,TABLE_NAME,TABLE_ENGINE,TABLE_MODEL,PRIMARY_KEY,PARTITION_KEY,DISTRIBUTE_KEY,DISTRIBUTE_TYPE,#DISTRIBUTE_BUCKET,SORT_KEY,PROPERTIES,#TABLE_ID",
            Tables(catalog).Select(Config)),
        "columns" => RowSet.Of(
            "TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,#ORDINAL_POSITION,COLUMN_DEFAULT,IS_NULLABLE,DATA_TYPE,#CHARACTER_MAXIMUM_LENGTH,#CHARACTER_OCTET_LENGTH,#NUMERIC_PRECISION,#NUMERIC_SCALE,#DATETIME_PRECISION,CHARACTER_SET_NAME,COLLATION_NAME,COLUMN_TYPE,COLUMN_KEY,EXTRA,PRIVILEGES,COLUMN_COMMENT,#COLUMN_SIZE,#DECIMAL_DIGITS,GENERATION_EXPRESSION,#SRS_ID",
            Tables(catalog).SelectMany(t => t.Columns.Select((c, i) => Column(t, c, i)))),
        "loads" => TransactionRows.Loads(session.Cluster, catalog),
        "stream_loads" => TransactionRows.StreamLoads(session.Cluster, catalog),
        "key_column_usage" => RowSet.Of("CONSTRAINT_CATALOG,CONSTRAINT_SCHEMA,CONSTRAINT_NAME,TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,#ORDINAL_POSITION,#POSITION_IN_UNIQUE_CONSTRAINT,REFERENCED_TABLE_SCHEMA,REFERENCED_TABLE_NAME,REFERENCED_COLUMN_NAME", []),
        "engines" => RowSet.Of("ENGINE,SUPPORT,COMMENT,TRANSACTIONS,XA,SAVEPOINTS", [["OLAP", "YES", Cluster.Comment, "NO", "NO", "NO"]]),
        "session_variables" or "global_variables" => RowSet.Of("VARIABLE_NAME,VARIABLE_VALUE", session.Variables.All.Select(v => new object?[] { v.Key, v.Value })),
        _ => null,
    };

    public static IEnumerable<string> Databases(CatalogSnapshot catalog) =>
        catalog.Databases.Keys.Append("information_schema").Order(StringComparer.Ordinal);

    private static IEnumerable<TableDefinition> Tables(CatalogSnapshot catalog) => catalog.Databases.Values.SelectMany(d => d.Values);

    private static object?[] Column(TableDefinition table, ColumnDefinition column, int index)
    {
        ColumnType type = column.Type;
        object? length = type.IsText || type.Kind == TypeKind.Varbinary ? (long)type.Length : null;
        object? precision = type.Kind switch
        {
            TypeKind.Boolean => 1L,
            TypeKind.TinyInt => 3L,
            TypeKind.SmallInt => 5L,
            TypeKind.Int => 10L,
            TypeKind.BigInt => 19L,
            TypeKind.LargeInt => 39L,
            TypeKind.Float => 7L,
            TypeKind.Double => 15L,
            TypeKind.Decimal => (long)type.Precision,
            _ => null,
        };
        object? scale = type.Kind switch
        {
            TypeKind.Decimal => (long)type.Scale,
            TypeKind.Float => 7L,
            TypeKind.Double => 15L,
            _ when type.IsInteger || type.Kind == TypeKind.LargeInt => 0L,
            _ => null,
        };
        string? byDefault = column.Default switch
        {
            DefaultKind.Literal => column.DefaultText,
            DefaultKind.CurrentTimestamp => "CURRENT_TIMESTAMP",
            DefaultKind.Uuid => "uuid()",
            _ => null,
        };
        string key = column.IsKey ? table.Keys switch { KeysType.Primary => "PRI", KeysType.Unique => "UNI", _ => "DUP" } : "";
        return
        [
            "def", table.Database, table.Name, column.Name, (long)index + 1, byDefault, column.Nullable ? "YES" : "NO", type.MySqlDataType,
            length, length, precision, scale, type.Kind == TypeKind.DateTime ? 6L : null,
            type.IsText ? "utf8" : null, type.IsText ? "utf8_general_ci" : null, type.MySqlColumnType, key, "", "", column.Comment,
            length ?? precision, scale, column.Generation is { } generation ? GenerationText.Print(generation) : null, null,
        ];
    }

    private static object?[] Config(TableDefinition table) =>
    [
        table.Database, table.Name, "OLAP",
        table.Keys switch { KeysType.Primary => "PRI_KEYS", KeysType.Unique => "UNQ_KEYS", _ => "DUP_KEYS" },
        table.IsPrimaryKey ? Names(table.KeyNames) : "",
        Names(table.PartitionColumns),
        Names(table.DistributionColumns),
        table.RandomDistribution ? "RANDOM" : "HASH",
        (long)table.Buckets,
        Names(table.SortColumns.Count > 0 ? table.SortColumns : table.KeyNames),
        Json(table.Properties),
        table.Id,
    ];

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Identifiers.Backtick));

    private static string Json(IReadOnlyDictionary<string, string> properties)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach ((string key, string value) in properties.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
