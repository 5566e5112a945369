using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>What StarRocks refuses in a CREATE TABLE that parses (STARROCKS.md, 4 and 5).</summary>
internal static class TableAnalysis
{
    /// <param name="version">Null: a text of the stand-in's own, which was checked when it was new.</param>
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

        KeysType keys = create.Keys ?? KeysType.Duplicate;
        CheckColumns(create, keys, version);
        string[] keyNames = Keys(create, keys);
        ColumnDefinition[] columns = [.. create.Columns.Select((c, i) => Define(c, i < keyNames.Length, keys))];
        var table = new TableDefinition(database, create.Table.Name, keys, columns)
        {
            KeyNames = keyNames,
            Comment = create.Comment,
            Partitioning = create.Partitioning,
            PartitionText = create.PartitionText,
            PartitionColumns = create.PartitionColumns,
            Buckets = create.Buckets,
            SortColumns = create.SortColumns,
            IndexTexts = [.. create.Indexes.Select(i => i.Text)],
        };
        table = Distribute(create, table);
        CheckPartition(create, table);
        table = PartitionRules.Analyse(create, table);
        CheckIndexes(create, table);
        CheckSort(create.SortColumns, table);
        table = table with { Properties = TableProperties.Of(create, keys) };
        RefuseWhatIsNotHere(create);
        GenerationRules.Check(table);
        return table;
    }

    public static ColumnDefinition Define(ColumnSyntax column, bool key, KeysType keys) =>
        new(column.Name, column.Type, (column.Nullable ?? !column.AutoIncrement) && !(key && keys == KeysType.Primary), key)
        {
            Default = column.Default == DefaultKind.Null ? DefaultKind.None : column.Default,
            DefaultText = column.DefaultText,
            Comment = column.Comment,
            AutoIncrement = column.AutoIncrement,
            Generation = column.Generation,
        };

    public static void CheckSort(IReadOnlyList<string> names, TableDefinition table)
    {
        foreach (string name in names)
        {
            int index = table.IndexOf(name);
            if (index < 0)
            {
                throw StarRocksError.Refused($"Sort column({name}) doesn't exist.");
            }

            ColumnDefinition column = table.Columns[index];
            if (table.IsPrimaryKey ? !TypeRules.CanBePrimaryKey(column.Type) && column.Type.Kind != TypeKind.Varbinary : !TypeRules.CanBeKey(column.Type))
            {
                throw StarRocksError.Refused($"Sort key column[{column.Name}] type not supported: {column.Type}" + (table.IsPrimaryKey ? " in PrimaryKey table" : ""));
            }
        }

        if (table.Keys == KeysType.Unique && names.Count > 0 && !names.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(table.KeyNames))
        {
            throw StarRocksError.Refused("The sort columns of UNIQUE KEY table must be same with key columns");
        }
    }

    private static void CheckColumns(CreateTableStatement create, KeysType keys, ServerVersion? version)
    {
        foreach (ColumnSyntax column in create.Columns)
        {
            TypeRules.CheckColumn(column, version);
            if (column.Type.Kind == TypeKind.Null && keys == KeysType.Duplicate)
            {
                // BITMAP, HLL and PERCENTILE live in AGGREGATE tables and as values of the others.
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"No aggregate function specified for '{column.Name}'");
            }
        }

        if (create.Columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new StarRocksError(1060, "42S21", $"Duplicate column name '{twice.Last().Name}'");
        }

        if (create.Columns.Count > 10_000)
        {
            throw new StarRocksError(1117, "HY000", "The number of columns in a table must be less than or equal to 10000, but got " + create.Columns.Count);
        }

        CheckAutoIncrement(create);
        int generated = create.Columns.ToList().FindIndex(c => c.Generation is not null);
        if (generated >= 0 && create.Columns.Skip(generated).FirstOrDefault(c => c.Generation is null) is { } late)
        {
            throw StarRocksError.AnalyzingAt(late.At.Line, late.At.Column, "All generated columns must be defined after ordinary columns");
        }

        if (create.Columns.FirstOrDefault(c => c is { Generation: not null, Nullable: false }) is { } stiff)
        {
            throw StarRocksError.AnalyzingAt(stiff.At.Line, stiff.At.Column, "Generated Column must be nullable column.");
        }
    }

    private static void CheckAutoIncrement(CreateTableStatement create)
    {
        ColumnSyntax[] counted = [.. create.Columns.Where(c => c.AutoIncrement)];
        if (counted.Length > 1)
        {
            throw StarRocksError.AnalyzingAt(counted[1].At.Line, counted[1].At.Column, "More than one AUTO_INCREMENT column defined in CREATE TABLE Statement");
        }

        foreach (ColumnSyntax column in counted)
        {
            if (column.Type.Kind != TypeKind.BigInt)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"The AUTO_INCREMENT column must be BIGINT");
            }

            if (column.Nullable == true)
            {
                throw StarRocksError.AnalyzingAt(column.At.Line, column.At.Column, $"AUTO_INCREMENT column {column.Name} must be NOT NULL");
            }
        }
    }

    // After every rule of StarRocks: what breaks one gets StarRocks' text, what keeps them all an honest no.
    private static void RefuseWhatIsNotHere(CreateTableStatement create)
    {
        string? missing = create.Columns.FirstOrDefault(c => c.Type.Kind == TypeKind.Null) is { } odd ? "type " + odd.Type.FieldNames[0]
            : null;
        if (missing is not null)
        {
            throw StarRocksError.NotInStandIn(missing);
        }
    }

    private static string[] Keys(CreateTableStatement create, KeysType keys)
    {
        // Without a clause: a DUPLICATE table with the leading columns that can be keys, three at most.
        IReadOnlyList<string> names = create.Keys is not null ? create.KeyNames
            : [.. create.Columns.TakeWhile(c => TypeRules.CanBeKey(c.Type)).Take(3).Select(c => c.Name)];
        if (names.Count == 0)
        {
            throw StarRocksError.Analyzing("Data type of first column cannot be " + (create.Columns.Count > 0 ? create.Columns[0].Type : ""));
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

            CheckKey(create.Columns[i], keys);
        }

        return [.. create.Columns.Take(names.Count).Select(c => c.Name)];
    }

    private static void CheckKey(ColumnSyntax column, KeysType keys)
    {
        if (keys != KeysType.Primary)
        {
            if (!TypeRules.CanBeKey(column.Type))
            {
                throw StarRocksError.Refused($"Invalid data type of key column '{column.Name}': '{column.Type}'" + (column.Type.IsFloating ? ", use decimal instead" : ""));
            }

            return;
        }

        if (column.Nullable == true)
        {
            throw StarRocksError.Refused($"primary key column[{column.Name}] cannot be nullable");
        }

        if (!TypeRules.CanBePrimaryKey(column.Type))
        {
            throw StarRocksError.Refused($"primary key column[{column.Name}] type not supported: {column.Type}");
        }
    }

    private static TableDefinition Distribute(CreateTableStatement create, TableDefinition table)
    {
        if (create.Buckets > 1024)
        {
            throw StarRocksError.Refused("The number of buckets in a partition must be less than or equal to 1024");
        }

        if (!create.HasDistribution)
        {
            return table.Keys switch
            {
                KeysType.Primary => table with { DistributionColumns = table.KeyNames },
                KeysType.Unique => throw StarRocksError.Refused("Currently not support default distribution in UNIQUE_KEYS"),
                _ => table with { RandomDistribution = true },
            };
        }

        if (create.RandomDistribution)
        {
            return table.Keys == KeysType.Duplicate
                ? table with { RandomDistribution = true }
                : throw StarRocksError.Refused($"{(table.IsPrimaryKey ? "PRIMARY_KEYS" : "UNIQUE_KEYS")} table cannot use random distribution");
        }

        foreach (string name in create.DistributionColumns)
        {
            int index = table.IndexOf(name);
            if (index < 0)
            {
                throw StarRocksError.Refused($"Distribution column({name}) doesn't exist.");
            }

            ColumnDefinition column = table.Columns[index];
            if (table.Keys != KeysType.Duplicate && !column.IsKey)
            {
                throw StarRocksError.Refused($"Distribution column[{name}] is not key column");
            }

            if (!TypeRules.CanBeKey(column.Type))
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

            if (table.Keys != KeysType.Duplicate && !table.Columns[index].IsKey)
            {
                throw StarRocksError.Refused($"The partition column could not be aggregated column, and must be key: {name}");
            }

            ColumnType type = table.Columns[index].Type;
            if (!type.IsInteger && !type.IsText && !type.IsTime && type.Kind != TypeKind.LargeInt)
            {
                throw StarRocksError.Refused($"Column[{name}]'s type is {type}, which can not be a partition column");
            }
        }
    }

    private static void CheckIndexes(CreateTableStatement create, TableDefinition table)
    {
        foreach ((string name, IReadOnlyList<string> columns, _) in create.Indexes)
        {
            if (columns.Count != 1)
            {
                throw StarRocksError.Refused("bitmap index only support one column.");
            }

            if (table.IndexOf(columns[0]) is not (>= 0 and var at))
            {
                throw StarRocksError.Refused($"BITMAP column does not exist in table. invalid column: {columns[0]}");
            }

            if (!TypeRules.CanBeKey(table.Columns[at].Type))
            {
                throw StarRocksError.Refused($"BITMAP index {name} can not be on column {columns[0]} of type {table.Columns[at].Type}");
            }
        }
    }
}
