using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Sql.Translation;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>Runs one statement of a session.</summary>
internal sealed class StatementExecutor(SqlSession session)
{
    private Cluster Cluster => session.Cluster;

    public Task<ResultSet> RunAsync(string sql, CancellationToken ct) =>
        SqlParser.IsEmpty(sql) ? Task.FromResult(ResultSet.Done()) : RunAsync(SqlParser.Parse(sql), ct);

    public async Task<ResultSet> RunAsync(Statement statement, CancellationToken ct)
    {
        var transactions = new TransactionExecutor(session);
        transactions.CheckAllowed(statement);
        switch (statement)
        {
            case SelectQuery query:
                return Select(query);
            case ShowStatement show:
                return new ShowExecutor(session).Run(show);
            case UseStatement use:
                Use(use.Database);
                return ResultSet.Done();
            case SetStatement set:
                Set(set);
                return ResultSet.Done();
            case BeginStatement:
                return transactions.Begin();
            case CommitStatement:
                return await transactions.CommitAsync(ct).ConfigureAwait(false);
            case RollbackStatement:
                return await transactions.RollbackAsync().ConfigureAwait(false);
            case InsertStatement or DeleteStatement or UpdateStatement:
                return await transactions.ChangeAsync(statement, ct).ConfigureAwait(false);
            case TruncateStatement truncate:
                return ResultSet.Done(await Cluster.Store.WriteAsync(db => new ChangeExecutor(session, Cluster.Catalog.Current).Run(db, truncate), ct).ConfigureAwait(false));
            case KillStatement kill:
                Cluster.Connections.Find(kill.ConnectionId).Kill(kill.QueryOnly);
                return ResultSet.Done();
            case NotTakenStatement other:
                throw StarRocksError.NotInStandIn(other.What);
            default:
                await new DefinitionExecutor(session).RunAsync(statement, ct).ConfigureAwait(false);
                return ResultSet.Done();
        }
    }

    /// <summary>The columns that a query would answer with: what a prepared statement is told before it runs.</summary>
    public IReadOnlyList<ResultColumn> Describe(Statement statement) =>
        statement is SelectQuery query ? new SelectTranslator(session, Cluster.Catalog.Current).Translate(query).Columns : [];

    public void Use(string database) =>
        session.Database = Cluster.Catalog.Current.HasDatabase(database) ? database : throw StarRocksError.UnknownDatabase(database);

    private ResultSet Select(SelectQuery query)
    {
        while (true)
        {
            CatalogSnapshot catalog = Cluster.Catalog.Current;
            var translator = new SelectTranslator(session, catalog);
            (string text, IReadOnlyList<ResultColumn> columns) = translator.Translate(query);
            foreach (long table in translator.TablesRead)
            {
                session.Transaction?.ThrowIfChanged(table);
            }

            try
            {
                return ResultSet.Stream(Cluster.Store, text, columns);
            }
            catch (InvalidOperationException) when (!ReferenceEquals(catalog, Cluster.Catalog.Current))
            {
                // A schema change came between: what was translated is no more.
            }
        }
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
