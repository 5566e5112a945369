using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>Which tables a verb takes.</summary>
/// <param name="Schemas">Only these schemas' tables, when any is given.</param>
/// <param name="Tables">These tables; alone when no schema is given.</param>
internal sealed record TableSelection(IReadOnlyList<string> Schemas, IReadOnlyList<QualifiedName> Tables)
{
    /// <summary>The tables of a database.</summary>
    /// <param name="byDefault">Whether a table that was not named is taken.</param>
    /// <exception cref="ToolFailure">A named table or schema is not there, or nothing is left.</exception>
    public IReadOnlyList<CatalogRelation> ChooseRelations(IReadOnlyList<CatalogRelation> relations, Func<CatalogRelation, bool> byDefault)
    {
        IReadOnlyList<CatalogRelation> chosen = Choose(relations, r => r.QualifiedName, byDefault, "the database");
        return chosen.Count > 0
            ? chosen
            : throw new ToolFailure("no tables found: the database has none outside of system schemas and extensions");
    }

    /// <summary>The named ones, and of the others in the named schemas those that <paramref name="byDefault"/> takes.</summary>
    /// <param name="place">Where they are, as a message says it: <c>the database</c>.</param>
    /// <exception cref="ToolFailure">A named table or schema is not there.</exception>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, QualifiedName> name, Func<T, bool> byDefault, string place)
    {
        var names = all.Select(name).ToHashSet();
        foreach (QualifiedName table in Tables)
        {
            if (!names.Contains(table))
            {
                throw new ToolFailure($"{place} has no table {CatalogFormat.WriteName(table)}"
                    + NearestNames.Question(CatalogFormat.WriteName(table), names.Select(CatalogFormat.WriteName)));
            }
        }

        foreach (string schema in Schemas)
        {
            if (names.All(n => n.Schema != schema))
            {
                throw new ToolFailure($"{place} has no schema '{schema}' with tables"
                    + NearestNames.Question(schema, names.Select(n => n.Schema).Distinct()));
            }
        }

        bool bySelection = Schemas.Count > 0 || Tables.Count == 0;
        return all.Where(thing => Tables.Contains(name(thing))
            || (bySelection && (Schemas.Count == 0 || Schemas.Contains(name(thing).Schema)) && byDefault(thing))).ToArray();
    }
}
