using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>Runs one statement of a session.</summary>
internal sealed class StatementExecutor(SqlSession session)
{
    private Cluster Cluster => session.Cluster;

    public async Task<ResultSet> RunAsync(string sql, CancellationToken ct)
    {
        if (SqlParser.IsEmpty(sql))
        {
            return ResultSet.Done();
        }

        switch (SqlParser.Parse(sql))
        {
            case SelectQuery query:
                (string text, IReadOnlyList<ResultColumn> columns) = new SelectTranslator(session, Cluster.Catalog.Current).Translate(query);
                return ResultSet.Stream(Cluster.Store, text, columns);
            case ShowStatement show:
                return new ShowExecutor(session).Run(show);
            case UseStatement use:
                Use(use.Database);
                return ResultSet.Done();
            case SetStatement set:
                Set(set);
                return ResultSet.Done();
            case CreateDatabaseStatement create:
                await Cluster.Catalog.CreateDatabaseAsync(DatabaseName(create.Name), create.IfNotExists, ct).ConfigureAwait(false);
                return ResultSet.Done();
            case DropDatabaseStatement drop:
                await Cluster.Catalog.DropDatabaseAsync(drop.Name, drop.IfExists, ct).ConfigureAwait(false);
                return ResultSet.Done();
            case CreateTableStatement create:
                TableDefinition table = TableAnalysis.Analyse(create, Database(create.Table), Cluster.Version);
                await Cluster.Catalog.CreateTableAsync(table, create.IfNotExists, ct).ConfigureAwait(false);
                return ResultSet.Done();
            case DropTableStatement drop:
                await Cluster.Catalog.DropTableAsync(Database(drop.Table), drop.Table.Name, drop.IfExists, ct).ConfigureAwait(false);
                return ResultSet.Done();
            case (TruncateStatement or InsertStatement or DeleteStatement or UpdateStatement) and var change:
                return ResultSet.Done(await Cluster.Store.WriteAsync(db => new ChangeExecutor(session, Cluster.Catalog.Current).Run(db, change), ct).ConfigureAwait(false));
            case NotTakenStatement other:
                throw StarRocksError.NotInStandIn(other.What);
            default:
                throw StarRocksError.NotInStandIn("this statement");
        }
    }

    public void Use(string database) =>
        session.Database = Cluster.Catalog.Current.HasDatabase(database) ? database : throw StarRocksError.UnknownDatabase(database);

    private static string DatabaseName(string name) =>
        Identifiers.Database().IsMatch(name) ? name : throw new StarRocksError(1102, "42000", $"Incorrect database name '{name}'");

    private string Database(TableName table)
    {
        string database = table.Database ?? session.Database ?? throw StarRocksError.NoDatabase();
        return Cluster.Catalog.Current.HasDatabase(database) ? database : throw StarRocksError.UnknownDatabase(database);
    }

    private void Set(SetStatement set)
    {
        foreach ((string name, Expression value) in set.Variables)
        {
            string text = value switch
            {
                LiteralExpression { Source: SourceKind.True } => "1",
                LiteralExpression { Source: SourceKind.False } => "0",
                LiteralExpression literal => literal.Text,
                VariableExpression variable => session.Variables.Find(variable.Name) ?? "",
                _ => value.Written,
            };
            session.Variables.Set(name, text);
        }
    }
}
