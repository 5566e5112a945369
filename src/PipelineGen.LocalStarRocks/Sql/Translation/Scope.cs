using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Execution;

namespace PipelineGen.LocalStarRocks.Sql.Translation;

/// <summary>The columns one FROM clause brings, and the scope around it for correlated subqueries.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly List<(string? Database, string Alias, string Name, TypedSql Value)> _columns = [];
    private readonly HashSet<string> _aliases = new(StringComparer.Ordinal);

    public bool IsEmpty => _aliases.Count == 0;

    public IEnumerable<(string Alias, string Name, TypedSql Value)> Columns => _columns.Select(c => (c.Alias, c.Name, c.Value));

    public void Add(string? database, string alias, IEnumerable<ResultColumn> columns)
    {
        if (!_aliases.Add(alias))
        {
            throw StarRocksError.Analyzing($"Not unique table/alias: '{alias}'.");
        }

        foreach (ResultColumn column in columns)
        {
            _columns.Add((database, alias, column.Name, new TypedSql($"{Identifiers.Storage(alias)}.{Identifiers.Storage(column.Name)}", column.Type)));
        }
    }

    public bool HasAlias(string alias) => _aliases.Contains(alias);

    public TypedSql? Find(string? database, string? table, string name)
    {
        // Column names don't tell case apart; table names do (5.4).
        var found = _columns.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase) &&
            (table is null || c.Alias == table) && (database is null || c.Database == database)).Take(2).ToList();
        return found.Count switch
        {
            0 => outer?.Find(database, table, name),
            1 => found[0].Value,
            _ => throw StarRocksError.Analyzing($"Column '{name}' is ambiguous."),
        };
    }
}
