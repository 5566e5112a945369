using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;

namespace PipelineGen.Generators.Parsing;

/// <summary>Reads where a type stands and whether members can be added to it.</summary>
internal static class TypeIdentityParser
{
    public static TypeIdentity Parse(INamedTypeSymbol type)
    {
        var containers = new List<string>();
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            containers.Insert(0, $"{Keyword(outer)} {CSharpName.Escape(outer.Name)}");
        string space = type.ContainingNamespace.IsGlobalNamespace
            ? ""
            : type.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat).Replace("global::", "");
        return new TypeIdentity(
            space, containers.ToEquatableArray(), Keyword(type), CSharpName.Escape(type.Name),
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat));
    }

    /// <summary>Whether the declaration and all around it are partial.</summary>
    public static bool IsPartial(SyntaxNode declaration) =>
        declaration.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().All(static t => t.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>Why generated members can't be added, or null.</summary>
    public static string? ShapeProblem(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.TypeParameters.Length > 0)
                return "it is generic or stands in a generic type";
            if (outer.IsFileLocal)
                return "a file-local type has no other part in a generated file";
            if (outer.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return $"'{outer.Name}' is {(outer.DeclaredAccessibility == Accessibility.Private ? "private" : "protected")}, and generated code beside it must see it: make it internal or public";
            if (outer.TypeKind == TypeKind.Interface)
                return "it stands in an interface";
        }

        return type.IsStatic ? "it is static" : null;
    }

    private static string Keyword(INamedTypeSymbol type) => (type.IsRecord, type.TypeKind) switch
    {
        (true, TypeKind.Struct) => "record struct",
        (true, _) => "record",
        (_, TypeKind.Struct) => "struct",
        (_, TypeKind.Interface) => "interface",
        _ => "class",
    };
}
