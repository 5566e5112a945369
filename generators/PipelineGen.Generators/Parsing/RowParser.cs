using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Reads a [PostgresTable] type from its symbol; judges nothing that needs the catalog.</summary>
internal static class RowParser
{
    public const string TableAttribute = "PipelineGen.PostgresTableAttribute";

    private const string TargetAttribute = "PipelineGen.StarRocksTableAttribute";

    private const string DefaultsAttribute = "PipelineGen.ColumnDefaultsAttribute";

    private const string ColumnAttribute = "PipelineGen.ColumnAttribute";

    /// <summary>The version from which on partial properties exist.</summary>
    public const LanguageVersion OldestLanguage = LanguageVersion.CSharp13;

    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static ParsedRow Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var locations = new Dictionary<ProblemPlace, Location>
        {
            [new ProblemPlace.TypeName()] = ((TypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation(),
            [new ProblemPlace.TableAttribute()] = LocationOf(context.Attributes[0], cancellationToken),
        };
        TargetOptions target = TargetOptions.Default;
        var columns = new List<ColumnOptions>();
        var defaults = new List<DefaultsOptions>();
        foreach (AttributeData attribute in type.GetAttributes())
        {
            switch (attribute.AttributeClass?.ToDisplayString())
            {
                case TargetAttribute:
                    target = ParseTarget(attribute);
                    locations[new ProblemPlace.TargetAttribute()] = LocationOf(attribute, cancellationToken);
                    break;
                case DefaultsAttribute:
                    locations[new ProblemPlace.DefaultsAttribute(defaults.Count)] = LocationOf(attribute, cancellationToken);
                    defaults.Add(ParseDefaults(attribute, defaults.Count));
                    break;
                case ColumnAttribute when ParseColumn(attribute, columns.Count) is { } column:
                    locations[new ProblemPlace.ColumnAttribute(columns.Count)] = LocationOf(attribute, cancellationToken);
                    columns.Add(column);
                    break;
            }
        }

        var properties = new List<DeclaredProperty>();
        var others = new List<string>();
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsPartialDefinition: true, PartialImplementationPart: null, IsStatic: false, IsIndexer: false } property)
            {
                properties.Add(ParseProperty(property, cancellationToken));
                locations[new ProblemPlace.Property(property.Name)] = property.Locations[0];
            }
            else if (!member.IsImplicitlyDeclared && member is not IMethodSymbol { MethodKind: not MethodKind.Ordinary })
            {
                others.Add(member.Name);
            }
        }

        LanguageVersion language = ((CSharpCompilation)context.SemanticModel.Compilation).LanguageVersion;
        return new ParsedRow(
            new RowDeclaration
            {
                Type = TypeIdentityParser.Parse(type),
                IsPartial = TypeIdentityParser.IsPartial(context.TargetNode),
                ShapeProblem = TypeIdentityParser.ShapeProblem(type) ?? RowShapeProblem(type),
                OldLanguageVersion = language < OldestLanguage ? language.ToDisplayString() : null,
                Table = FirstArgument(context.Attributes[0]) ?? "",
                Target = target,
                Defaults = defaults.ToEquatableArray(),
                Columns = columns.ToEquatableArray(),
                Properties = properties.ToEquatableArray(),
                OtherMembers = others.Distinct(StringComparer.Ordinal).ToEquatableArray(),
            },
            new RowLocations(locations));
    }

    /// <summary>The attribute's [PostgresTable] argument and the target's name, for a pipeline's checks; null where it has none.</summary>
    public static (string Table, string? Target)? ParseTableNames(INamedTypeSymbol type)
    {
        string? table = null;
        string? target = null;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            switch (attribute.AttributeClass?.ToDisplayString())
            {
                case TableAttribute:
                    table = FirstArgument(attribute) ?? "";
                    break;
                case TargetAttribute:
                    target = ParseTarget(attribute).Name;
                    break;
            }
        }

        return table is null ? null : (table, target);
    }

    /// <summary>The attribute's first constructor argument, where it is a text.</summary>
    public static string? FirstArgument(AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;

    private static string? RowShapeProblem(INamedTypeSymbol type)
    {
        if (type.IsAbstract)
            return "it is abstract, and rows are made of it";
        if (type.IsRefLikeType)
            return "it is a ref struct";
        return type.TypeKind == TypeKind.Class && type.InstanceConstructors.All(static c => c.Parameters.Length > 0)
            ? "it has no constructor without parameters (a primary constructor, perhaps); properties are set after construction"
            : null;
    }

    private static TargetOptions ParseTarget(AttributeData attribute)
    {
        TargetOptions target = TargetOptions.Default with
        {
            Name = FirstArgument(attribute),
        };
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            target = argument.Key switch
            {
                "Key" => target with { Key = Strings(argument.Value) },
                "OrderBy" => target with { OrderBy = argument.Value.Value as string },
                "Buckets" => target with { Buckets = argument.Value.Value as int? ?? 0 },
                "Properties" => target with { Properties = Strings(argument.Value) },
                "Model" => target with { IsAppendOnly = argument.Value.Value is 1 },
                _ => target,
            };
        }

        return target;
    }

    private static ColumnOptions? ParseColumn(AttributeData attribute, int index)
    {
        if (FirstArgument(attribute) is not { } name)
            return null;
        var column = new ColumnOptions(name, Ignore: false, StarRocksType: null, TargetName: null, index);
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            column = argument.Key switch
            {
                "Ignore" => column with { Ignore = argument.Value.Value is true },
                "StarRocksType" => column with { StarRocksType = argument.Value.Value as string },
                "Policy" => column with { Policy = Policy(argument.Value) },
                "Trim" => column with { Trim = argument.Value.Value is true },
                "TargetName" => column with { TargetName = argument.Value.Value as string },
                _ => column,
            };
        }

        return column;
    }

    private static DefaultsOptions ParseDefaults(AttributeData attribute, int index)
    {
        var defaults = new DefaultsOptions(FirstArgument(attribute), null, OutsidePolicy.Default, index);
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            defaults = argument.Key switch
            {
                "StarRocksType" => defaults with { StarRocksType = argument.Value.Value as string },
                "Policy" => defaults with { Policy = Policy(argument.Value) },
                _ => defaults,
            };
        }

        return defaults;
    }

    /// <summary>ValuePolicy and the contract's OutsidePolicy have one order; a test compares them.</summary>
    private static OutsidePolicy Policy(TypedConstant constant) =>
        constant.Value is int value && Enum.IsDefined(typeof(OutsidePolicy), value) ? (OutsidePolicy)value : OutsidePolicy.Default;

    private static DeclaredProperty ParseProperty(IPropertySymbol property, CancellationToken cancellationToken)
    {
        var syntax = (PropertyDeclarationSyntax)property.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        AccessorDeclarationSyntax? setter = syntax.AccessorList?.Accessors.FirstOrDefault(static a => !a.IsKind(SyntaxKind.GetAccessorDeclaration));
        AttributeData? attribute = property.GetAttributes().FirstOrDefault(static a => a.AttributeClass?.ToDisplayString() == ColumnAttribute);
        return new DeclaredProperty(
            property.Name,
            string.Join(" ", syntax.Modifiers.Where(static m => !m.IsKind(SyntaxKind.PartialKeyword)).Select(static m => m.Text)),
            property.Type.ToDisplayString(TypeFormat),
            !property.Type.IsValueType && property.NullableAnnotation == NullableAnnotation.None,
            setter is null ? null : string.Join(" ", setter.Modifiers.Select(static m => m.Text).Append(setter.Keyword.Text)),
            attribute is null ? null : ParseColumn(attribute, index: -1));
    }

    private static EquatableArray<string> Strings(TypedConstant constant) =>
        constant.Kind != TypedConstantKind.Array || constant.IsNull
            ? default
            : constant.Values.Select(static v => v.Value as string ?? "").ToEquatableArray();

    private static Location LocationOf(AttributeData attribute, CancellationToken cancellationToken) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation() ?? Location.None;
}
