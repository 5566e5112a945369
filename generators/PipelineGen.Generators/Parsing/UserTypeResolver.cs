using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the C# types for the enums and composites that a table's columns are made of.</summary>
internal sealed class UserTypeResolver
{
    /// <summary>The member for labels that the build does not know; so it is also the default of the type.</summary>
    public const string UnknownMember = "Unknown";

    /// <summary>The schema whose types need no prefix.</summary>
    private const string PlainSchema = "public";

    private readonly string _namespace;
    private readonly CatalogFile _file;
    private readonly RowProblems _problems;
    private readonly List<UserTypeModel> _types = [];
    private readonly CSharpTypes _csharp;

    private UserTypeResolver(string space, CatalogFile file, RowProblems problems)
    {
        _namespace = space;
        _file = file;
        _problems = problems;
        _csharp = new CSharpTypes(_types);
    }

    /// <returns>What a composite needs stands before it.</returns>
    public static List<UserTypeModel> Resolve(string space, CatalogFile file, List<CarriedColumn> carried, RowProblems problems)
    {
        var resolver = new UserTypeResolver(space, file, problems);
        foreach (CarriedColumn column in carried)
            resolver.Add(column.Mapping);
        return resolver._types;
    }

    /// <summary>
    /// The same in every table, so that tables of one namespace share the type: a type outside of public has its schema before its
    /// name, since two schemas may have types of one name.
    /// </summary>
    private static string CSharpNameOf(QualifiedName name, string ifEmpty) =>
        (name.Schema == PlainSchema ? "" : CSharpName.Pascal(name.Schema, "")) + CSharpName.Pascal(name.Name, ifEmpty);

    private void Add(TypeMapping mapping)
    {
        // Parts first: a composite's fields name their types.
        if (mapping.Element is { } element)
            Add(element);
        foreach (FieldMapping field in mapping.Fields)
            Add(field.Mapping);
        UserTypeModel? model = mapping.Codec switch
        {
            WireCodec.Enum => Enum(_file.Enums.First(e => e.Name == mapping.UserType)),
            WireCodec.Composite => Composite(mapping),
            _ => null,
        };
        if (model is null || _types.Contains(model))
            return;
        if (_types.FirstOrDefault(t => t.Name == model.Name) is { } other)
        {
            string advice = other.PostgresName == model.PostgresName
                ? "Decide alike about both columns' types and policies"
                : "Leave one of the columns out, or rename one of the types in Postgres";
            _problems.Add(
                ProblemIds.UserTypeNamesCollide, new ProblemPlace.TableAttribute(), model.PostgresName, _file.Table.Name.ToString(), "type", other.PostgresName,
                _file.Table.Name.ToString(), model.Name, advice);
            return;
        }

        if (model is EnumModel named)
            ReportLabels(named);
        _types.Add(model);
    }

    private EnumModel Enum(CatalogEnum type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { UnknownMember };
        return new EnumModel(
            _namespace, CSharpNameOf(type.Name, "Enum"), CatalogFormat.WriteName(type.Name),
            type.Labels.Select(label => new EnumMember(label, CSharpName.TakeFree(CSharpName.Pascal(label, "Label"), names))).ToEquatableArray());
    }

    private void ReportLabels(EnumModel type)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal) { [UnknownMember] = "any label that the build does not know" };
        foreach (EnumMember member in type.Members)
        {
            string wanted = CSharpName.Pascal(member.Label, "Label");
            if (member.Name == wanted)
                taken[wanted] = member.Label;
            else
                _problems.Add(ProblemIds.EnumLabelsCollide, new ProblemPlace.TableAttribute(), taken.TryGetValue(wanted, out string first) ? first : wanted, member.Label, type.PostgresName, wanted, member.Name);
        }
    }

    private CompositeModel Composite(TypeMapping mapping)
    {
        string name = CSharpNameOf(mapping.UserType!, "Composite");
        // A property can't bear its type's name, nor one that a record struct has.
        var names = new HashSet<string>(ColumnModelResolver.ReservedMembers, StringComparer.Ordinal) { name };
        int number = 0;
        return new CompositeModel(
            _namespace, name, CatalogFormat.WriteName(mapping.UserType!),
            mapping.Fields.Select(field => new CompositeField(
                field.Name,
                CSharpName.TakeFree(CSharpName.Pascal(field.Name, $"Field{++number}"), names),
                field.Mapping.PostgresType,
                _csharp.ValueType(field.Mapping),
                CSharpTypes.IsReference(field.Mapping),
                _csharp.Codec(field.Mapping))).ToEquatableArray());
    }
}
