using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Ddl;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the names, codec and property of each carried column.</summary>
internal static class ColumnModelResolver
{
    /// <summary>Members that every row type has, from object, records or the generator.</summary>
    public static readonly string[] ReservedMembers =
    [
        "StarRocksDdl", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
        "Clone", "Deconstruct", "EqualityContract", "PrintMembers",
    ];

    public static List<ColumnModel> Resolve(
        RowDeclaration declaration, List<CarriedColumn> carried, List<UserTypeModel> types, ColumnChoices choices, RowProblems problems)
    {
        // Declared properties keep their names whatever the catalog has; the others take what is left, in attnum order.
        var names = new HashSet<string>(ReservedMembers, StringComparer.Ordinal) 
        {
            declaration.Type.Name, declaration.Type.Name + "Columns", declaration.Type.Name + "Layout",
        };
        names.UnionWith(types.Select(static t => t.Codec));
        var csharp = new CSharpTypes(types);
        foreach (DeclaredProperty property in declaration.Properties)
            names.Add(property.Name);
        // Backing properties are nobody's wish: they make way for generated ones, and both for what the type has.
        var privateNames = new HashSet<string>(names.Concat(declaration.OtherMembers).Concat(carried.Select(static c => CSharpName.Pascal(c.Column.Name, ""))), StringComparer.Ordinal);
        var columns = new List<ColumnModel>();
        foreach (CarriedColumn column in carried)
            columns.Add(Resolve(declaration, column, types, csharp, choices, names, privateNames, problems));
        return columns;
    }

    private static ColumnModel Resolve(
        RowDeclaration declaration, CarriedColumn carried, List<UserTypeModel> types, CSharpTypes csharp, ColumnChoices choices, HashSet<string> names, HashSet<string> privateNames, RowProblems problems)
    {
        CatalogColumn column = carried.Column;
        TypeMapping mapping = carried.Mapping;
        string target = choices.OptionsOf(column.Name)?.TargetName ?? column.Name;
        string loadName = mapping.IsBase64 ? $"__b64_{target}" : target;
        return new ColumnModel
        {
            Name = column.Name,
            TargetName = target,
            LoadName = loadName,
            LoadExpression = mapping.IsBase64 ? FromBase64(StarRocksName.Quote(target), StarRocksName.Quote(loadName)) : null,
            Mapping = mapping,
            IsKey = carried.IsKey,
            NotNull = carried.NotNull,
            Comment = column.Comment,
            Codec = csharp.Codec(mapping),
            Property = ResolveProperty(declaration, carried, types, csharp, choices.PropertyOf(column.Name), names, privateNames, problems),
        };
    }

    /// <summary>
    /// StarRocks' from_base64('') is NULL, so that an empty bytea needs a branch of its own. NULL stays NULL: the condition is
    /// NULL then, and the other branch gives NULL. Both branches are VARCHAR, as from_base64 is: if() has no VARBINARY.
    /// </summary>
    private static string FromBase64(string target, string source) => $"{target}=if({source}='','',from_base64({source}))";

    private static PropertyModel ResolveProperty(
        RowDeclaration declaration, CarriedColumn carried, List<UserTypeModel> types, CSharpTypes csharp, DeclaredProperty? declared, HashSet<string> names, HashSet<string> privateNames, RowProblems problems)
    {
        string column = carried.Column.Name;
        var property = new PropertyModel("", csharp.ValueType(carried.Mapping), CSharpTypes.IsReference(carried.Mapping), !carried.NotNull);
        if (declared is not null)
        {
            if (!IsSameType(property, declared, types))
            {
                // Right but for the '?': another matter, with another remedy.
                bool isNullability = IsSameType(property with { IsNullable = !property.IsNullable }, declared, types);
                problems.Add(
                    isNullability ? ProblemIds.PropertyNullabilityWrong : ProblemIds.PropertyTypeWrong, new ProblemPlace.Property(declared.Name),
                    [new ProblemFact(ProblemFacts.Type, InItsNamespace(property.Type, types))],
                    [declared.Name, column, CatalogFormat.WriteType(carried.Column.Type) + (carried.Column.NotNull ? " not null" : ""), Show(property.Type), Show(declared.Type)]);
            }

            return property with { Name = declared.Name, Declaration = declared, Backing = CSharpName.TakeFree(declared.Name + "Value", privateNames) };
        }

        string name = CSharpName.TakeFree(CSharpName.Pascal(column, $"Column{carried.Number}"), names);
        if (declaration.OtherMembers.Contains(name))
            problems.Add(ProblemIds.MemberNameTaken, new ProblemPlace.TypeName(), declaration.Type.Name, name, column, Show(property.Type));
        return property with { Name = name };
    }

    private static bool IsSameType(PropertyModel property, DeclaredProperty declared, List<UserTypeModel> types)
    {
        string expected = declared.IsOblivious && property.IsReference ? property.ValueType : property.Type;
        if (expected == declared.Type)
            return true;
        // A generated type does not exist yet while the generator runs: the compiler shows its name as it was written, with as
        // much of its namespace as that had.
        return types.Exists(type => expected.Contains(type.FullName) && Unqualified(expected, type) == Unqualified(declared.Type, type));
    }

    private static string Unqualified(string text, UserTypeModel type)
    {
        string space = type.Namespace.Length == 0 ? "global::" : $"global::{type.Namespace}.";
        return text.Replace(space + type.Name, type.Name).Replace($"{type.Namespace}.{type.Name}", type.Name);
    }

    /// <summary>Generated types by their simple names: they don't exist yet, so nothing could shorten them later.</summary>
    private static string InItsNamespace(string text, List<UserTypeModel> types) =>
        types.OrderByDescending(static type => type.FullName.Length).Aggregate(text, static (name, type) => name.Replace(type.FullName, type.Name));

    private static string Show(string type) => type.Replace("global::", "");
}
