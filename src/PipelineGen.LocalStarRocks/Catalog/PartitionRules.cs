using System.Text.RegularExpressions;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>RANGE and LIST partitions: made with the table, added and dropped later (STARROCKS.md, 5.2).</summary>
internal static partial class PartitionRules
{
    [GeneratedRegex(@"^([a-zA-Z]\w{0,63}|_[a-zA-Z0-9]\w{0,62})\z")]
    private static partial Regex PartitionName();

    /// <summary>With the partitions that the statement lists, and their text.</summary>
    public static TableDefinition Analyse(CreateTableStatement create, TableDefinition table)
    {
        if (create.Partitioning is not (PartitionKind.Range or PartitionKind.List))
        {
            return table;
        }

        table = table with { Partitioning = create.Partitioning, PartitionColumns = [.. create.PartitionColumns.Select(n => table.Columns[table.IndexOf(n)].Name)] };
        foreach (string name in table.PartitionColumns)
        {
            ColumnType type = table.Columns[table.IndexOf(name)].Type;
            if (create.Partitioning == PartitionKind.Range && type.IsText)
            {
                throw StarRocksError.Refused($"Column[{name}] type[{type}] cannot be a range partition key.");
            }
        }

        return create.Partitions.Aggregate(table with { PartitionText = Print(table) }, Add);
    }

    public static TableDefinition Add(TableDefinition table, PartitionSyntax syntax)
    {
        if (table.Partitioning is not (PartitionKind.Range or PartitionKind.List))
        {
            throw StarRocksError.Refused("Only support adding partition to range/list partitioned table");
        }

        if (!PartitionName().IsMatch(syntax.Name))
        {
            throw StarRocksError.Refused($"Incorrect partition name '{syntax.Name}'");
        }

        if (Find(table, syntax.Name) is not null)
        {
            throw new StarRocksError(1517, "HY000", $"Duplicate partition name {syntax.Name}");
        }

        TablePartition partition = table.Partitioning == PartitionKind.Range ? Range(table, syntax) : List(table, syntax);
        table = table with { Partitions = [.. table.Partitions, partition] };
        return table with { PartitionText = Print(table) };
    }

    /// <summary>The partition goes, and its rows with it.</summary>
    public static TableDefinition Drop(SqliteHandle db, TableDefinition table, string name)
    {
        TablePartition partition = Find(table, name) ?? throw new StarRocksError(1507, "HY000", $"Error in list of partitions to {name}");
        db.Execute($"DELETE FROM {table.StorageName} WHERE {Condition(table, partition)}");
        table = table with { Partitions = [.. table.Partitions.Where(p => p != partition)] };
        return table with { PartitionText = Print(table) };
    }

    public static TablePartition? Find(TableDefinition table, string name) => table.Partitions.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static TablePartition Range(TableDefinition table, PartitionSyntax syntax)
    {
        if (syntax.To is null)
        {
            throw StarRocksError.Refused($"Partition {syntax.Name} of a range partitioned table needs a range");
        }

        var keys = new PartitionKeys(table);
        string?[] lowest = [.. Enumerable.Range(0, keys.Count).Select(keys.Lowest)];

        // LESS THAN begins where the highest partition so far ends.
        IReadOnlyList<string?> from = syntax.From ?? table.Partitions.Select(p => p.To).MaxBy(keys.Read, Comparer<RowCells?[]>.Create(keys.Compare)) ?? lowest;
        var made = new TablePartition(syntax.Name) { From = Full(from, lowest), To = Full(syntax.To, lowest) };
        RowCells?[] low = keys.Read(made.From);
        RowCells?[] high = keys.Read(made.To);
        if (table.Partitions.FirstOrDefault(p => keys.Compare(low, keys.Read(p.To)) < 0 && keys.Compare(keys.Read(p.From), high) < 0) is { } other)
        {
            throw StarRocksError.Refused($"Range {Text(keys, made)} is intersected with range: {Text(keys, other)}");
        }

        return keys.Compare(low, high) < 0 ? made
            : table.Partitions.Count > 0 && syntax.From is null ? throw StarRocksError.Refused($"Range {Text(keys, made with { From = lowest })} is intersected with range: {Text(keys, table.Partitions[^1])}")
            : throw StarRocksError.Refused($"Invalid range: {Text(keys, made)}");
    }

    private static string?[] Full(IReadOnlyList<string?> texts, string?[] lowest) => [.. texts, .. lowest.Skip(texts.Count)];

    private static string Text(PartitionKeys keys, TablePartition partition)
    {
        string types = string.Join(", ", Enumerable.Range(0, keys.Count).Select(keys.Type));
        return $"[types: [{types}]; keys: [{string.Join(", ", partition.From.Select(v => v ?? "MAXVALUE"))}]; ..types: [{types}]; keys: [{string.Join(", ", partition.To.Select(v => v ?? "MAXVALUE"))}]; )";
    }

    private static TablePartition List(TableDefinition table, PartitionSyntax syntax)
    {
        if (syntax.Values is null)
        {
            throw StarRocksError.Refused($"Partition {syntax.Name} of a list partitioned table needs VALUES IN");
        }

        var keys = new PartitionKeys(table);
        var taken = new HashSet<string>(table.Partitions.SelectMany(p => p.Values).Select(Key), StringComparer.Ordinal);
        foreach (IReadOnlyList<string?> value in syntax.Values)
        {
            if (value.Count != keys.Count)
            {
                throw StarRocksError.Refused($"(key(s) of partition {syntax.Name}) partition columns size not equal values size");
            }

            if (!taken.Add(Key(value)))
            {
                throw StarRocksError.Refused("Duplicate partition value " + string.Join(",", value));
            }
        }

        return new TablePartition(syntax.Name) { Values = syntax.Values };

        // '1' and '01' are one INT.
        string Key(IReadOnlyList<string?> value) => string.Join('\0', keys.Read(value).Select((v, i) =>
            v is null ? "\u0001" : keys.Type(i).StorageType == "INTEGER" ? v.Cells[0].Integer.ToString(System.Globalization.CultureInfo.InvariantCulture) : System.Text.Encoding.UTF8.GetString(v.Bytes(0))));
    }

    private static string Condition(TableDefinition table, TablePartition partition)
    {
        if (table.Partitioning == PartitionKind.List)
        {
            return string.Join(" OR ", partition.Values.Select(v => "(" + string.Join(" AND ", v.Select((text, i) => $"{Column(i)} IS {Stored(i, text)}")) + ")"));
        }

        if (table.PartitionColumns.Count > 1)
        {
            throw StarRocksError.NotInStandIn("DROP PARTITION of ranges over several columns");
        }

        string upTo = partition.To[0] is { } to ? $"{Column(0)} < {Stored(0, to)}" : "TRUE";
        bool first = partition.From[0] == new PartitionKeys(table).Lowest(0);
        return $"({Column(0)} >= {Stored(0, partition.From[0])} AND {upTo})" + (first ? $" OR {Column(0)} IS NULL" : "");

        string Column(int i) => Identifiers.Storage(table.PartitionColumns[i]);
        string Stored(int i, string? text) => text is null ? "NULL" : TypedSql.Stored(table.Columns[table.IndexOf(table.PartitionColumns[i])].Type, SourceKind.String, text);
    }

    private static string Print(TableDefinition table)
    {
        string columns = string.Join(", ", table.PartitionColumns.Select(Identifiers.Backtick));
        return table.Partitioning == PartitionKind.Range
            ? $"RANGE({columns})\n({string.Join(",\n", table.Partitions.Select(p => $"PARTITION {Identifiers.Plain(p.Name)} VALUES [{Bound(p.From)}, {Bound(p.To)})"))})"
            : $"LIST({columns})(\n{string.Join(",\n", table.Partitions.Select(p => $"  PARTITION {Identifiers.Plain(p.Name)} VALUES IN ({string.Join(", ", p.Values.Select(Tuple))})"))}\n)";
    }

    private static string Bound(IReadOnlyList<string?> values) => "(" + string.Join(", ", values.Select(v => v is null ? "MAXVALUE" : Identifiers.Quote(v))) + ")";

    private static string Tuple(IReadOnlyList<string?> values) => values.Count == 1 ? Value(values[0]) : "(" + string.Join(", ", values.Select(Value)) + ")";

    private static string Value(string? value) => value is null ? "NULL" : value.AsSpan().IndexOfAny('\'', '\\') < 0 ? $"'{value}'" : Identifiers.Quote(value);
}
