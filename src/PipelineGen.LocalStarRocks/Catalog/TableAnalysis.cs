using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;
using System.Text;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>What StarRocks refuses in a CREATE TABLE that parses (STARROCKS.md, 4 and 5).</summary>
internal static class TableAnalysis
{
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["compression"] = "LZ4",
        ["fast_schema_evolution"] = "true",
        ["replicated_storage"] = "true",
        ["replication_num"] = "3",
    };

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "replication_num", "compression", "enable_persistent_index", "persistent_index_type", "replicated_storage", "write_quorum",
        "fast_schema_evolution", "bucket_size", "storage_volume", "datacache.enable", "file_bundling", "storage_medium", "in_memory",
        "storage_format", "bloom_filter_columns", "colocate_with", "light_schema_change", "storage_cooldown_time", "storage_type",
    };

    public static TableDefinition Analyse(CreateTableStatement create, string database, ServerVersion? version = null)
    {
        if (!Identifiers.IsTable(create.Table.Name))
        {
            throw new StarRocksError(1104, "HY000", $"Incorrect table name '{create.Table.Name}'");
        }

        if (!create.Engine.Equals("olap", StringComparison.OrdinalIgnoreCase))
        {
            throw StarRocksError.NotInStandIn("ENGINE = " + create.Engine);
        }

        foreach (ColumnSyntax column in create.Columns)
        {
            CheckColumn(column, version);
        }

        if (create.Columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new StarRocksError(1060, "42S21", $"Duplicate column name '{twice.Last().Name}'");
        }

        if (create.Columns.Count > 10_000)
        {
            throw new StarRocksError(1117, "HY000", "The number of columns in a table must be less than or equal to 10000");
        }

        KeysType keys = create.Keys ?? KeysType.Duplicate;
        string[] keyNames = Keys(create, keys);
        ColumnDefinition[] columns = [.. create.Columns.Select((c, i) => Define(c, i < keyNames.Length, keys))];
        var table = new TableDefinition(database, create.Table.Name, keys, columns)
        {
            KeyNames = keyNames,
            Comment = create.Comment,
            PartitionText = create.PartitionText,
            Buckets = create.Buckets,
            SortColumns = create.SortColumns,
        };
        table = Distribute(create, table);
        CheckPartition(create, table);
        CheckSort(create, table);
        return table with { Properties = Properties(create, keys) };
    }

    private static void CheckColumn(ColumnSyntax column, ServerVersion? version)
    {
        if (!Identifiers.IsColumn(column.Name))
        {
            throw new StarRocksError(1166, "42000", $"Incorrect column name '{column.Name}'");
        }

        if (Identifiers.IsReservedColumn(column.Name))
        {
            throw StarRocksError.Analyzing($"Column name [{column.Name}] is a system reserved name. Please choose a different one.");
        }

        CheckType(column.Type, column, version);
        if (column.BareDefault && version is { } v && !v.IsAtLeast(4, 1))
        {
            throw StarRocksError.Syntax(column.At.Line, column.At.Column, $"Unexpected input '{column.DefaultText}', the most similar input is {{NULL, CURRENT_TIMESTAMP, SINGLE_QUOTED_TEXT, DOUBLE_QUOTED_TEXT}}.");
        }

        CheckDefault(column, version);
    }

    private static void CheckType(ColumnType type, ColumnSyntax column, ServerVersion? version)
    {
        if (type.Kind == TypeKind.Null)
        {
            throw StarRocksError.Refused($"Type:TIME of column:{column.Name} does not support");
        }

        if (type.Kind == TypeKind.Decimal)
        {
            int max = version is null || version.Value.IsAtLeast(4, 0) ? 76 : 38;
            if (type.Precision < 1 || type.Precision > max)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"DECIMAL's precision should range from 1 to {max}");
            }

            if (type.Scale > type.Precision)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, "DECIMAL's scale should be less than or equal to precision");
            }
        }

        foreach (ColumnType element in type.Elements)
        {
            CheckType(element, column, version);
        }
    }

    private static void CheckDefault(ColumnSyntax column, ServerVersion? version)
    {
        switch (column.Default)
        {
            case DefaultKind.Null when column.Nullable == false:
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Can not set null default value to non nullable column: {column.Name}");
            case DefaultKind.CurrentTimestamp when column.Type.Kind != TypeKind.DateTime:
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Invalid default value for '{column.Name}'");
            case DefaultKind.Uuid when column.Type.Kind != TypeKind.Varchar || column.Type.Length < 36:
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Invalid default value for '{column.Name}'");
            case DefaultKind.Literal:
                bool late = column.Type.IsNested || column.Type.Kind == TypeKind.Json;
                bool binary = column.Type.Kind == TypeKind.Varbinary;
                var cell = new RowCells(1);
                if ((late && version is { } v && !v.IsAtLeast(4, 1)) || (binary && column.DefaultText!.Length > 0) ||
                    ValueConversion.Convert(column.Type, SourceKind.String, Encoding.UTF8.GetBytes(column.DefaultText!), cell, 0) != Conversion.Done)
                {
                    throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"Invalid default value for '{column.Name}'");
                }

                break;
        }
    }

    private static string[] Keys(CreateTableStatement create, KeysType keys)
    {
        // Without a clause: a DUPLICATE table with the leading columns that can be keys, three at most.
        IReadOnlyList<string> names = create.Keys is not null ? create.KeyNames
            : [.. create.Columns.TakeWhile(c => CanBeDuplicateKey(c.Type)).Take(3).Select(c => c.Name)];
        if (names.Count == 0)
        {
            throw StarRocksError.Analyzing("Data type of first column cannot be " + create.Columns[0].Type);
        }

        for (int i = 0; i < names.Count; i++)
        {
            int index = create.Columns.ToList().FindIndex(c => c.Name.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                throw StarRocksError.Refused($"Key column({names[i]}) doesn't exist.");
            }

            if (index != i)
            {
                // Two spaces, as the server has it.
                throw StarRocksError.Refused("Key columns must be the first few columns of the schema and the order  of the key columns must be consistent with the order of the schema");
            }

            ColumnSyntax column = create.Columns[i];
            if (keys == KeysType.Primary)
            {
                if (column.Nullable == true)
                {
                    throw StarRocksError.Refused($"primary key column[{column.Name}] cannot be nullable");
                }

                if (!CanBePrimaryKey(column.Type))
                {
                    throw StarRocksError.Refused($"primary key column[{column.Name}] type not supported: {column.Type}");
                }
            }
            else if (!CanBeDuplicateKey(column.Type))
            {
                throw StarRocksError.Refused($"Invalid data type of key column '{column.Name}': '{column.Type}'" + (column.Type.IsFloating ? ", use decimal instead" : ""));
            }
        }

        return [.. create.Columns.Take(names.Count).Select(c => c.Name)];
    }

    private static bool CanBePrimaryKey(ColumnType type) =>
        type.IsInteger || type.Kind is TypeKind.LargeInt or TypeKind.Varchar or TypeKind.Date or TypeKind.DateTime;

    private static bool CanBeDuplicateKey(ColumnType type) => !type.IsFloating && !type.IsNested && type.Kind is not (TypeKind.Json or TypeKind.Null);

    private static ColumnDefinition Define(ColumnSyntax column, bool key, KeysType keys) =>
        new(column.Name, column.Type, (column.Nullable ?? true) && !(key && keys == KeysType.Primary), key)
        {
            Default = column.Default == DefaultKind.Null ? DefaultKind.None : column.Default,
            DefaultText = column.DefaultText,
            Comment = column.Comment,
        };

    private static TableDefinition Distribute(CreateTableStatement create, TableDefinition table)
    {
        if (create.Buckets > 1024)
        {
            throw StarRocksError.Refused("The number of buckets in a partition must be less than or equal to 1024");
        }

        if (!create.HasDistribution)
        {
            return table.IsPrimaryKey ? table with { DistributionColumns = table.KeyNames } : table with { RandomDistribution = true };
        }

        if (create.RandomDistribution)
        {
            return table.IsPrimaryKey
                ? throw StarRocksError.Refused("PRIMARY_KEYS table cannot use random distribution")
                : table with { RandomDistribution = true };
        }

        foreach (string name in create.DistributionColumns)
        {
            int index = table.IndexOf(name);
            if (index < 0)
            {
                throw StarRocksError.Refused($"Distribution column({name}) doesn't exist.");
            }

            ColumnDefinition column = table.Columns[index];
            if (table.IsPrimaryKey && !column.IsKey)
            {
                throw StarRocksError.Refused($"Distribution column[{name}] is not key column");
            }

            if (!CanBeDuplicateKey(column.Type))
            {
                throw StarRocksError.Refused($"{column.Type} column can not be distribution column");
            }
        }

        return table with { DistributionColumns = [.. create.DistributionColumns.Select(n => table.Columns[table.IndexOf(n)].Name)] };
    }

    private static void CheckPartition(CreateTableStatement create, TableDefinition table)
    {
        foreach (string name in create.PartitionColumns)
        {
            int index = table.IndexOf(name);
            if (index < 0)
            {
                throw StarRocksError.Refused($"Partition column[{name}] does not exist in column list.");
            }

            if (table.IsPrimaryKey && !table.Columns[index].IsKey)
            {
                throw StarRocksError.Refused($"The partition column could not be aggregated column, and must be key: {name}");
            }
        }
    }

    private static void CheckSort(CreateTableStatement create, TableDefinition table)
    {
        foreach (string name in create.SortColumns)
        {
            int index = table.IndexOf(name);
            if (index < 0)
            {
                throw StarRocksError.Refused($"Sort column({name}) doesn't exist.");
            }

            ColumnDefinition column = table.Columns[index];
            if (table.IsPrimaryKey && !CanBePrimaryKey(column.Type) && column.Type.Kind != TypeKind.Varbinary)
            {
                throw StarRocksError.Refused($"Sort key column[{column.Name}] type not supported: {column.Type} in PrimaryKey table");
            }
        }
    }

    private static SortedDictionary<string, string> Properties(CreateTableStatement create, KeysType keys)
    {
        string[] unknown = [.. create.Properties.Keys.Where(k => !Known.Contains(k))];
        if (unknown.Length > 0)
        {
            throw StarRocksError.Refused("Unknown properties: {" + string.Join(", ", unknown.Select(k => $"{k}={create.Properties[k]}")) + "}");
        }

        var properties = new SortedDictionary<string, string>(Defaults, StringComparer.Ordinal);
        if (keys == KeysType.Primary)
        {
            properties["enable_persistent_index"] = "true";
        }

        foreach ((string key, string value) in create.Properties)
        {
            properties[key] = value;
        }

        // One BE stands here: what needs more is refused, as a StarRocks of one node refuses it.
        if (!int.TryParse(properties["replication_num"], out int replicas) || replicas < 1)
        {
            throw StarRocksError.Refused("Invalid replication_num: " + properties["replication_num"]);
        }

        return replicas == 1
            ? properties
            : throw StarRocksError.Refused($"Table replication num should be less than of equal to the number of available BE nodes. You can change this default by setting the replication_num table properties. Current alive backend is [10001]. , table={create.Table.Name}, replication_num={replicas}");
    }
}
