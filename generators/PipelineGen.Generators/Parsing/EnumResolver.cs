using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the C# enums of a table's enum columns.</summary>
internal static class EnumResolver
{
    /// <summary>The member for labels that the build does not know; so it is also the default of the type.</summary>
    public const string UnknownMember = "Unknown";

    public static List<EnumModel> Resolve(string space, CatalogFile file, List<CarriedColumn> carried, RowProblems problems)
    {
        var enums = new List<EnumModel>();
        foreach (QualifiedName name in carried.Select(static c => c.Mapping.Enum).OfType<QualifiedName>().Distinct())
        {
            CatalogEnum type = file.Enums.First(e => e.Name == name);
            EnumModel model = Resolve(space, type, problems);
            if (enums.FirstOrDefault(e => e.Name == model.Name) is { } other)
            {
                problems.Add(
                    ProblemIds.EnumNamesCollide, new ProblemPlace.TableAttribute(), model.PostgresName, file.Table.Name.ToString(), "enum", other.PostgresName,
                    file.Table.Name.ToString(), model.Name, "Leave one of the columns out, or rename one of the types in Postgres");
            }

            enums.Add(model);
        }

        return enums;
    }

    private static EnumModel Resolve(string space, CatalogEnum type, RowProblems problems)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal) { [UnknownMember] = "any label that the build does not know" };
        var names = new HashSet<string>(StringComparer.Ordinal) { UnknownMember };
        var members = new List<EnumMember>();
        string postgresName = CatalogFormat.WriteName(type.Name);
        foreach (string label in type.Labels)
        {
            string wanted = CSharpName.Pascal(label, "Label");
            string name = CSharpName.TakeFree(wanted, names);
            if (name == wanted)
                taken.Add(name, label);
            else
                problems.Add(ProblemIds.EnumLabelsCollide, new ProblemPlace.TableAttribute(), taken[wanted], label, postgresName, wanted, name);
            members.Add(new EnumMember(label, name));
        }

        return new EnumModel(space, CSharpName.Pascal(type.Name.Name, "Enum"), postgresName, members.ToEquatableArray());
    }
}
