using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>What the column clauses of one ALTER make of a table, or StarRocks' refusal (STARROCKS.md, 6.2).</summary>
internal sealed class SchemaChange
{
    private readonly ServerVersion _version;
    private readonly HashSet<string> _dropped = new(StringComparer.OrdinalIgnoreCase);

    private SchemaChange(TableDefinition table, ServerVersion version)
    {
        _version = version;
        Target = table;
        IsFast = table.Properties.TryGetValue("fast_schema_evolution", out string? fast) && fast == "true";
    }

    /// <summary>The table as it will be; <c>SchemaVersion</c> one up.</summary>
    public TableDefinition Target { get; private set; }

    /// <summary>Fast schema evolution: added and dropped value columns and longer VARCHARs, done on the spot (6.1).</summary>
    public bool IsFast { get; private set; }

    public static SchemaChange Plan(TableDefinition table, IReadOnlyList<AlterClause> clauses, ServerVersion version)
    {
        var change = new SchemaChange(table, version);
        foreach (AlterClause clause in clauses)
        {
            switch (clause)
            {
                case AddColumnClause add: change.Add(add); break;
                case DropColumnClause drop: change.Drop(drop); break;
                case ModifyColumnClause modify: change.Modify(modify); break;
                case SortClause sort: change.Sort(sort); break;
                default: throw new InvalidOperationException($"No schema change: {clause}");
            }
        }

        change.Target = change.Target with { SchemaVersion = table.SchemaVersion + 1 };
        return change;
    }

    public static TableDefinition Rename(TableDefinition table, RenameColumnClause rename)
    {
        int at = table.IndexOf(rename.From);
        if (at < 0)
        {
            throw StarRocksError.Refused($"Column does not exists: {rename.From}");
        }

        if (table.IndexOf(rename.To) >= 0)
        {
            throw new StarRocksError(1060, "42S21", $"Duplicate column name '{rename.To}'");
        }

        if (!Identifiers.IsColumn(rename.To) || Identifiers.IsReservedColumn(rename.To))
        {
            throw new StarRocksError(1166, "42000", $"Incorrect column name '{rename.To}'");
        }

        string from = table.Columns[at].Name;
        if (table.PartitionText.Length > 0 && table.PartitionColumns.Contains(from, StringComparer.OrdinalIgnoreCase))
        {
            throw StarRocksError.NotInStandIn("renaming a partition column");
        }

        if (table.IndexTexts.Count > 0)
        {
            throw StarRocksError.NotInStandIn("renaming a column of a table with indexes");
        }

        if (GenerationRules.Reader(table, from) is { } reader)
        {
            throw StarRocksError.NotInStandIn($"renaming a column that the generated column {reader.Name} reads");
        }

        IReadOnlyList<string> Renamed(IReadOnlyList<string> names) => [.. names.Select(n => n.Equals(from, StringComparison.OrdinalIgnoreCase) ? rename.To : n)];
        ColumnDefinition[] columns = [.. table.Columns];
        columns[at] = columns[at] with { Name = rename.To, ColumnId = columns[at].ColumnId };
        return table with
        {
            Columns = columns,
            KeyNames = Renamed(table.KeyNames),
            DistributionColumns = Renamed(table.DistributionColumns),
            SortColumns = Renamed(table.SortColumns),
            SchemaVersion = table.SchemaVersion + 1,
        };
    }

    private void Add(AddColumnClause add)
    {
        ColumnSyntax syntax = add.Column;
        TypeRules.CheckColumn(syntax, _version);
        if (syntax.IsKey)
        {
            throw StarRocksError.Refused(Target.IsPrimaryKey
                ? $"Can not add key column {syntax.Name} for primary key table"
                : $"PipelineGen LocalStarRocks (a stand-in, not StarRocks) does not take ADD of key columns");
        }

        if (syntax.Nullable == false && syntax.Default == DefaultKind.None && syntax.Type.Kind != TypeKind.Null)
        {
            throw StarRocksError.Refused($"Getting analyzing error from line {syntax.At.Line}, column {syntax.At.Column} to line {syntax.At.Line}, column {syntax.At.Column + syntax.Name.Length}. Detail message: Field '{syntax.Name}' is not null but doesn't have a default value.");
        }

        ColumnDefinition column = TableAnalysis.Define(syntax, key: false, Target.Keys);
        Refuse(syntax);
        CheckTaken(column);
        if (add.First)
        {
            throw StarRocksError.Refused($"Cannot add value column[{column.Name}] at first");
        }

        List<ColumnDefinition> columns = [.. Target.Columns];
        columns.Insert(Place(columns, column.Name, add.After), column);
        Target = Target with { Columns = columns };
    }

    private void CheckTaken(ColumnDefinition column)
    {
        if (_dropped.Contains(column.Name))
        {
            throw StarRocksError.NotInStandIn("dropping and adding one column name in one ALTER");
        }

        int at = Target.IndexOf(column.Name);
        if (at >= 0 && Text(Target.Columns[at]) == Text(column))
        {
            throw StarRocksError.Refused($"Can not add column which already exists in base table: {column.Name}");
        }

        // A renamed column keeps its first name: that one stays taken.
        ColumnDefinition? holder = at >= 0 ? Target.Columns[at]
            : Target.Columns.FirstOrDefault(c => c.ColumnId.Equals(column.Name, StringComparison.OrdinalIgnoreCase));
        if (holder is not null)
        {
            throw StarRocksError.Refused($"Can not add column which already exists in column id: {column.Name}, you can remove {Text(holder)} and try again.");
        }
    }

    private static string Text(ColumnDefinition column) => TableText.PrintColumn(column);

    private static void Refuse(ColumnSyntax column)
    {
        string? missing = column.Generation is not null ? "a generated column in ALTER TABLE" : column.AutoIncrement ? "AUTO_INCREMENT" : column.Type.Kind == TypeKind.Null ? "type " + column.Type.FieldNames[0] : null;
        if (missing is not null)
        {
            throw StarRocksError.NotInStandIn(missing);
        }
    }

    private int Place(List<ColumnDefinition> columns, string name, string? after)
    {
        if (after is null)
        {
            // Generated columns stay last.
            return columns.TakeWhile(c => c.Generation is null).Count();
        }

        int at = columns.FindIndex(c => c.Name.Equals(after, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            throw StarRocksError.Refused($"Column[{after}] does not exist");
        }

        if (columns[at].Generation is not null)
        {
            throw StarRocksError.Refused("Can not add column after Generated Column");
        }

        // Among the key columns is no place for a value column.
        return at + 1 < Target.KeyCount ? throw StarRocksError.Refused($"Cannot add value column[{name}] before key columns") : at + 1;
    }

    private void Drop(DropColumnClause drop)
    {
        int at = Find(drop.Name);
        ColumnDefinition column = Target.Columns[at];
        if (Target.IsPrimaryKey && column.IsKey)
        {
            throw StarRocksError.Refused("Can not drop key column in primary data model table");
        }

        if (Target.IsPrimaryKey && IsIn(Target.SortColumns, column.Name))
        {
            throw StarRocksError.Refused("Can not drop sort column in primary data model table");
        }

        RefuseRoles(column, "cannot be dropped");
        RefuseCounted(column, "DROP");
        if (GenerationRules.Reader(Target, column.Name) is { } reader)
        {
            throw StarRocksError.Analyzing($"Column: {column.Name} can not be dropped, because expression of Generated Column: {reader.Name} will refer to it.");
        }

        if (column.IsKey || IsIn(Target.SortColumns, column.Name))
        {
            throw StarRocksError.NotInStandIn("DROP of a key or sort column");
        }

        if (Target.IndexTexts.Count > 0)
        {
            throw StarRocksError.NotInStandIn("DROP COLUMN of a table with indexes");
        }

        if (Target.Columns.Count == 1)
        {
            throw StarRocksError.Refused("No column left after the drop");
        }

        _dropped.Add(column.Name);
        Target = Target with { Columns = [.. Target.Columns.Where((_, i) => i != at)] };
    }

    private void RefuseRoles(ColumnDefinition column, string what)
    {
        if (IsIn(Target.PartitionColumns, column.Name))
        {
            throw StarRocksError.Refused(what.StartsWith("cannot", StringComparison.Ordinal)
                ? $"Partition column[{column.Name}] {what}. index[{Target.Name}]"
                : $"Can not modify partition column[{column.Name}]. index[{Target.Name}]");
        }

        if (IsIn(Target.DistributionColumns, column.Name))
        {
            throw StarRocksError.Refused(what.StartsWith("cannot", StringComparison.Ordinal)
                ? $"Distribution column[{column.Name}] {what}. index[{Target.Name}]"
                : $"Can not modify distribution column[{column.Name}]. index[{Target.Name}]");
        }
    }

    private static void RefuseCounted(ColumnDefinition column, string what)
    {
        if (column.AutoIncrement)
        {
            throw StarRocksError.NotInStandIn($"{what} of an AUTO_INCREMENT column");
        }
    }

    private void RefuseGenerated(ColumnDefinition old, ColumnSyntax changed)
    {
        if (old.Generation is null != changed.Generation is null)
        {
            throw StarRocksError.Refused(old.Generation is null ? "Can not modify a non-generated column to a generated column" : "Can not modify a generated column to a non-generated column");
        }

        if (GenerationRules.Reader(Target, old.Name) is not null)
        {
            throw StarRocksError.Refused($"Do not support modify column: {old.Name}, because it associates with the generated column");
        }
    }

    private void Modify(ModifyColumnClause modify)
    {
        ColumnSyntax syntax = modify.Column;
        TypeRules.CheckColumn(syntax, _version);
        if (modify.After is { } after && Target.IndexOf(after) is >= 0 and var before && Target.Columns[before].Generation is not null)
        {
            throw StarRocksError.Analyzing("Can not modify column after Generated Column.");
        }

        int at = Find(syntax.Name);
        ColumnDefinition old = Target.Columns[at];
        if (Target.IsPrimaryKey && old.IsKey)
        {
            // Later than 4.1 the text goes on: " except for increasing varchar length".
            throw StarRocksError.Refused($"Can not modify key column: {old.Name} for primary key table");
        }

        if (Target.IsPrimaryKey && !old.IsKey && IsIn(Target.SortColumns, old.Name))
        {
            throw StarRocksError.Refused("Can not modify sort column in primary data model table");
        }

        if (!old.IsKey)
        {
            RefuseRoles(old, "modify");
        }

        RefuseCounted(old, "MODIFY");
        RefuseGenerated(old, syntax);
        ColumnDefinition changed = TableAnalysis.Define(syntax, old.IsKey, Target.Keys) with { Name = old.Name, ColumnId = old.ColumnId };
        Refuse(syntax);
        if (old.Nullable && !changed.Nullable)
        {
            throw StarRocksError.Refused("Can not change from nullable to non-nullable");
        }

        if (old.Default != changed.Default || old.DefaultText != changed.DefaultText)
        {
            throw StarRocksError.Refused("Can not change default value");
        }

        TypeChange.Check(old.Type, changed.Type);
        if (old.IsKey && Target.Keys == KeysType.Unique && StorageChange.NeedsConversion(old.Type, changed.Type))
        {
            // Two keys may convert to one, and which row stays is the compaction's choice.
            throw StarRocksError.NotInStandIn($"the conversion of a unique key from {old.Type} to {changed.Type}");
        }

        IsFast &= !old.IsKey && old.Nullable == changed.Nullable && old.Type.ToSql() != changed.Type.ToSql() && TypeChange.IsWidening(old.Type, changed.Type) && !modify.First && modify.After is null;
        Move(modify, at, changed);
    }

    private void Move(ModifyColumnClause modify, int at, ColumnDefinition changed)
    {
        List<ColumnDefinition> columns = [.. Target.Columns];
        columns[at] = changed;
        if (modify.First || modify.After is not null)
        {
            if (Target.IsPrimaryKey)
            {
                throw StarRocksError.Refused("Can not reorder columns of primary key table");
            }

            if (changed.IsKey || modify.First)
            {
                throw StarRocksError.Refused($"Can not move column {changed.Name} across the key columns");
            }

            columns.RemoveAt(at);
            columns.Insert(Place(columns, changed.Name, modify.After), changed);
        }

        Target = Target with { Columns = columns };
    }

    private void Sort(SortClause sort)
    {
        TableAnalysis.CheckSort(sort.Columns, Target);
        if (sort.Columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() != sort.Columns.Count)
        {
            throw StarRocksError.Refused("Duplicated column in sort key");
        }

        if (Target.Keys == KeysType.Duplicate && sort.Columns.Count == Target.Columns.Count)
        {
            throw StarRocksError.NotInStandIn("the reordering of all columns");
        }

        IsFast = false;
        Target = Target with { SortColumns = [.. sort.Columns.Select(n => Target.Columns[Target.IndexOf(n)].Name)] };
    }

    private int Find(string name) => Target.IndexOf(name) is >= 0 and var at ? at : throw StarRocksError.Refused($"Column does not exists: {name}");

    private static bool IsIn(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
