using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Ddl;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Decides the names, codec and property of each carried column.</summary>
internal static class ColumnModelResolver
{
    private const string Rows = "global::PipelineGen.Rows.";

    /// <summary>Members that every row type has, from object, records or the generator.</summary>
    private static readonly string[] ReservedMembers =
    [
        "StarRocksDdl", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
        "Clone", "Deconstruct", "EqualityContract", "PrintMembers",
    ];

    public static List<ColumnModel> Resolve(
        RowDeclaration declaration, CatalogFile file, List<CarriedColumn> carried, List<EnumModel> enums, ColumnChoices choices, RowProblems problems)
    {
        // Declared properties keep their names whatever the catalog has; the others take what is left, in attnum order.
        var names = new HashSet<string>(ReservedMembers, StringComparer.Ordinal) 
        {
            declaration.Type.Name, declaration.Type.Name + "Columns", declaration.Type.Name + "Layout",
        };
        names.UnionWith(enums.Select(static e => e.Name + "Codec"));
        foreach (DeclaredProperty property in declaration.Properties)
            names.Add(property.Name);
        // Backing properties are nobody's wish: they make way for generated ones, and both for what the type has.
        var privateNames = new HashSet<string>(names.Concat(declaration.OtherMembers).Concat(carried.Select(static c => CSharpName.Pascal(c.Column.Name, ""))), StringComparer.Ordinal);
        var columns = new List<ColumnModel>();
        foreach (CarriedColumn column in carried)
            columns.Add(Resolve(declaration, file, column, enums, choices, names, privateNames, problems));
        return columns;
    }

    private static ColumnModel Resolve(
        RowDeclaration declaration, CatalogFile file, CarriedColumn carried, List<EnumModel> enums, ColumnChoices choices, HashSet<string> names, HashSet<string> privateNames, RowProblems problems)
    {
        CatalogColumn column = carried.Column;
        TypeMapping mapping = carried.Mapping;
        string target = choices.OptionsOf(column.Name)?.TargetName ?? column.Name;
        string loadName = mapping.IsBase64 ? $"__b64_{target}" : target;
        EnumModel? type = mapping.Enum is null ? null : enums.First(e => e.PostgresName == CatalogFormat.WriteName(mapping.Enum));
        string postgresType = CatalogFormat.WriteType(column.Type);
        return new ColumnModel
        {
            Name = column.Name,
            TargetName = target,
            LoadName = loadName,
            LoadExpression = mapping.IsBase64 ? FromBase64(StarRocksName.Quote(target), StarRocksName.Quote(loadName)) : null,
            PostgresType = postgresType,
            TypeOid = mapping.TypeOid,
            StarRocksType = mapping.StarRocksType,
            IsKey = carried.IsKey,
            NotNull = column.NotNull,
            MaxBytes = mapping.MaxBytes,
            Precision = mapping.Precision,
            Scale = mapping.Scale,
            ReadsBinary = mapping.ReadsBinary,
            Filler = mapping.Filler,
            Comment = column.Comment,
            Codec = Codec(mapping, type),
            Property = ResolveProperty(declaration, file, carried, type, choices.PropertyOf(column.Name), names, privateNames, problems),
        };
    }

    /// <summary>
    /// StarRocks' from_base64('') is NULL, so that an empty bytea needs a branch of its own. NULL stays NULL: the condition is
    /// NULL then, and the other branch gives NULL. Both branches are VARCHAR, as from_base64 is: if() has no VARBINARY.
    /// </summary>
    private static string FromBase64(string target, string source) => $"{target}=if({source}='','',from_base64({source}))";

    private static PropertyModel ResolveProperty(
        RowDeclaration declaration, CatalogFile file, CarriedColumn carried, EnumModel? type, DeclaredProperty? declared, HashSet<string> names, HashSet<string> privateNames, RowProblems problems)
    {
        string column = carried.Column.Name;
        string element = type?.FullName ?? carried.Mapping.CSharpType;
        var property = new PropertyModel(
            "", carried.Mapping.IsArray ? element + "?[]" : element, carried.Mapping.IsArray || !carried.Mapping.IsCSharpValueType, !carried.Column.NotNull);
        if (declared is not null)
        {
            if (!IsSameType(property, declared, type))
                problems.Add(
                    ProblemIds.PropertyTypeWrong, new ProblemPlace.Property(declared.Name), declared.Name, column,
                    CatalogFormat.WriteType(carried.Column.Type) + (carried.Column.NotNull ? " not null" : ""), Show(property.Type), Show(declared.Type));
            return property with { Name = declared.Name, Declaration = declared, Backing = CSharpName.TakeFree(declared.Name + "Value", privateNames) };
        }

        string name = CSharpName.TakeFree(CSharpName.Pascal(column, $"Column{carried.Number}"), names);
        if (declaration.OtherMembers.Contains(name))
            problems.Add(ProblemIds.MemberNameTaken, new ProblemPlace.TypeName(), declaration.Type.Name, name, column, Show(property.Type));
        return property with { Name = name };
    }

    private static bool IsSameType(PropertyModel property, DeclaredProperty declared, EnumModel? type)
    {
        string expected = declared.IsOblivious && property.IsReference ? property.ValueType : property.Type;
        // The generated enum does not exist yet while the generator runs: the compiler shows its name as it was written.
        return type is null
            ? expected == declared.Type
            : LastPart(expected) == LastPart(declared.Type);
    }

    private static string LastPart(string type) => type.Substring(type.LastIndexOf('.') + 1);

    private static string Show(string type) => type.Replace("global::", "");

    private static string Codec(TypeMapping mapping, EnumModel? type)
    {
        string codec = type is null ? $"{Rows}{mapping.Codec}Codec" : type.Name + "Codec";
        if (!mapping.IsArray)
            return codec;
        string element = type?.FullName ?? mapping.CSharpType;
        return $"{Rows}{(mapping.IsCSharpValueType ? "Value" : "Reference")}ArrayCodec<{codec}, {element}>";
    }
}
