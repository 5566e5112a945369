using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Puts the choices of the class before those of the project, and those for one type before those for all.</summary>
internal static class DefaultsResolver
{
    public static ContractDefaults Resolve(RowDeclaration declaration, CatalogFile file, ContractDefaults project, RowProblems problems)
    {
        var own = new List<TypeDefault>();
        HashSet<string> used = TypesOf(file);
        foreach (DefaultsOptions options in declaration.Defaults.OrderBy(static d => d.PostgresType is null))
        {
            var place = new ProblemPlace.DefaultsAttribute(options.Index);
            if (options.StarRocksType is { } type && !StarRocksTypeName.TryParse(type, out _))
                problems.Add(ProblemIds.StarRocksTypeUnreadable, place, type, options.PostgresType ?? "all");
            else if (options.PostgresType is null && options.StarRocksType is not null)
                problems.Add(ProblemIds.TargetUnsuitable, place, "*", file.Table.Name.ToString(), "a StarRocksType for columns of all types is none: name the Postgres type, [ColumnDefaults(\"numeric\", StarRocksType = ...)]");
            else if (options.PostgresType is { } name && !used.Contains(name))
                problems.Add(ProblemIds.ChoiceUnused, place, "*", file.Table.Name.ToString(), $"no column is of type '{name}', as the catalog file names types{NearestName.Hint(name, used)}");
            own.Add(new TypeDefault(options.PostgresType, options.StarRocksType, options.Policy));
        }

        return own.Count == 0 ? project : project with { Types = own.Concat(project.Types).ToEquatableArray() };
    }

    /// <summary>Names of the types that the table's columns are made of.</summary>
    private static HashSet<string> TypesOf(CatalogFile file)
    {
        IEnumerable<TypeReference> types = file.Table.Columns.Select(static c => c.Type)
            .Concat(file.Domains.Select(static d => d.BaseType))
            .Concat(file.Composites.SelectMany(static c => c.Attributes).Select(static a => a.Type))
            .Concat(file.Ranges.Select(static r => r.Subtype));
        return new HashSet<string>(types.Select(static t => t.IsBuiltIn ? t.Name.Name : CatalogFormat.WriteName(t.Name)), StringComparer.Ordinal);
    }
}
