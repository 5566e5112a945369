using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.CodeFixes;

/// <summary>PGEN0006, PGEN0037: gives a declared property the type that its column has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class PropertyTypeCodeFix : SyntaxCodeFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ProblemIds.PropertyTypeWrong, ProblemIds.PropertyNullabilityWrong];

    private protected override SyntaxNode? Target(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<PropertyDeclarationSyntax>();

    private protected override IEnumerable<FixOffer> Offers(SyntaxNode target, Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(ProblemFacts.Type, out string? type) && type is not null
        ? [new FixOffer($"Make the type '{type.Replace("global::", "")}'", nameof(PropertyTypeCodeFix))]
        : [];

    private protected override SyntaxNode Apply(SyntaxNode root, SyntaxNode target, Diagnostic diagnostic, string key)
    {
        TypeSyntax old = ((PropertyDeclarationSyntax)target).Type;
        TypeSyntax type = SyntaxFactory.ParseTypeName(diagnostic.Properties[ProblemFacts.Type]!);
        return root.ReplaceNode(old, type.WithTriviaFrom(old).WithAdditionalAnnotations(Simplifier.Annotation));
    }
}
