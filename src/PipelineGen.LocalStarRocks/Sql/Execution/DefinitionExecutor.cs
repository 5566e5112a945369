using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>CREATE, DROP and ALTER (STARROCKS.md, 5 and 6).</summary>
internal sealed class DefinitionExecutor(SqlSession session)
{
    private Cluster Cluster => session.Cluster;

    public Task RunAsync(Statement statement, CancellationToken ct)
    {
        switch (statement)
        {
            case CreateDatabaseStatement create:
                return Cluster.Catalog.CreateDatabaseAsync(DatabaseName(create.Name), create.IfNotExists, ct);
            case DropDatabaseStatement drop:
                return Cluster.Catalog.DropDatabaseAsync(drop.Name, drop.IfExists, ct);
            case CreateTableStatement create:
                return Cluster.Catalog.CreateTableAsync(TableAnalysis.Analyse(create, Database(create.Table), Cluster.Version), create.IfNotExists, ct);
            case CreateTableLikeStatement like:
                return CreateLikeAsync(like, ct);
            case DropTableStatement drop:
                return Cluster.Catalog.DropTableAsync(Database(drop.Table), drop.Table.Name, drop.IfExists, ct);
            case AlterTableStatement alter:
                return AlterAsync(alter, ct);
            case CancelAlterStatement cancel:
                return Cluster.Alters.CancelAsync(Find(Cluster.Catalog.Current, cancel.Table), ct);
            default:
                throw StarRocksError.NotInStandIn("this statement");
        }
    }

    private Task CreateLikeAsync(CreateTableLikeStatement like, CancellationToken ct)
    {
        if (!Identifiers.IsTable(like.Table.Name))
        {
            throw new StarRocksError(1104, "HY000", $"Incorrect table name '{like.Table.Name}'");
        }

        TableDefinition source = Find(Cluster.Catalog.Current, like.Source);
        TableDefinition table = source with
        {
            Database = Database(like.Table), Name = like.Table.Name, SchemaVersion = 0, Columns = [.. source.Columns.Select(c => c with { ColumnId = c.Name })],
        };
        return Cluster.Catalog.CreateTableAsync(table, like.IfNotExists, ct);
    }

    private async Task AlterAsync(AlterTableStatement alter, CancellationToken ct)
    {
        if (alter.Clauses.OfType<NotTakenClause>().FirstOrDefault() is { } refused)
        {
            throw StarRocksError.NotInStandIn(refused.What);
        }

        // Only schema changes may come several at a time.
        string operation = alter.Clauses[0].Operation;
        if (alter.Clauses.Skip(1).FirstOrDefault(c => c.Operation != operation || operation != AddColumnClause.SchemaChange) is { } conflict)
        {
            throw StarRocksError.Refused($"Alter operation {operation} conflicts with operation {conflict.Operation}");
        }

        AlterJob? job = null;
        await Cluster.Catalog.ChangeAsync((db, catalog) =>
        {
            TableDefinition table = Find(catalog, alter.Table);
            Cluster.Alters.ThrowIfBusy(table);
            switch (alter.Clauses[0])
            {
                case RenameColumnClause rename:
                    RefuseBefore332();
                    TableDefinition renamed = SchemaChange.Rename(table, rename);
                    StorageChange.Rename(db, table, table.Columns[table.IndexOf(rename.From)].Name, rename.To);
                    return CatalogStore.Replace(db, catalog, table, renamed);
                case AddPartitionClause add when add.Partition.IfNotExists && PartitionRules.Find(table, add.Partition.Name) is not null:
                case DropPartitionClause { IfExists: true } gone when PartitionRules.Find(table, gone.Name) is null:
                    return catalog;
                case AddPartitionClause add:
                    return CatalogStore.Replace(db, catalog, table, PartitionRules.Add(table, add.Partition) with { SchemaVersion = table.SchemaVersion + 1 });
                case DropPartitionClause drop:
                    return CatalogStore.Replace(db, catalog, table, PartitionRules.Drop(db, table, drop.Name) with { SchemaVersion = table.SchemaVersion + 1 });
                case RenameTableClause rename:
                    return CatalogStore.Replace(db, catalog, table, table with { Name = NewName(catalog, table, rename.To), SchemaVersion = table.SchemaVersion + 1 });
                case SwapClause swap:
                    TableDefinition other = Find(catalog, new TableName(table.Database, swap.With));
                    Cluster.Alters.ThrowIfBusy(other);
                    return CatalogStore.Swap(db, catalog, table, other);
                case PropertiesClause set:
                    return CatalogStore.Replace(db, catalog, table, table with { Properties = TableProperties.Set(table, set.Properties) });
                case CommentClause comment:
                    return CatalogStore.Replace(db, catalog, table, table with { Comment = comment.Comment });
                default:
                    return Cluster.Alters.Submit(db, catalog, table, alter.Clauses, out job);
            }
        }, ct).ConfigureAwait(false);
        if (job is not null)
        {
            Cluster.Alters.Submitted(job);
        }
    }

    private void RefuseBefore332()
    {
        if (!Cluster.Version.IsAtLeast(3, 3, 2))
        {
            throw StarRocksError.Syntax(1, 0, "Unexpected input 'COLUMN', the most similar input is {a legal identifier}.");
        }
    }

    private static string NewName(CatalogSnapshot catalog, TableDefinition table, string name)
    {
        if (!Identifiers.IsTable(name))
        {
            throw new StarRocksError(1104, "HY000", $"Incorrect table name '{name}'");
        }

        return catalog.Find(table.Database, name) is null ? name : throw StarRocksError.Refused($"Table name[{name}] is already used");
    }

    private static string DatabaseName(string name) =>
        Identifiers.Database().IsMatch(name) ? name : throw new StarRocksError(1102, "42000", $"Incorrect database name '{name}'");

    private string Database(TableName table)
    {
        string database = table.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        return Cluster.Catalog.Current.HasDatabase(database) ? database : throw StarRocksError.UnknownDatabase(database);
    }

    private TableDefinition Find(CatalogSnapshot catalog, TableName name)
    {
        string database = Database(name);
        return catalog.Find(database, name.Name) ?? throw StarRocksError.UnknownTable($"{database}.{name.Name}");
    }
}
