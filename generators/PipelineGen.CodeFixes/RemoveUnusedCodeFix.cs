using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.CodeFixes;

/// <summary>PGEN0033, PGEN0040: takes away the choice or the attribute that does nothing.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemoveUnusedCodeFix : SyntaxCodeFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ProblemIds.ChoiceUnused, ProblemIds.AttributeUnused];

    private protected override SyntaxNode? Target(SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan);
        return node as AttributeSyntax ?? (node.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is { } property ? ColumnAttributes.Of(property) : null);
    }

    private protected override IEnumerable<FixOffer> Offers(SyntaxNode target, Diagnostic diagnostic)
    {
        var attribute = (AttributeSyntax)target;
        AttributeArgumentSyntax? argument = Unused(attribute, diagnostic);
        string what = argument is null || IsAll(attribute, argument) ? $"[{ColumnAttributes.NameOf(attribute)}]" : argument.NameEquals!.Name.Identifier.ValueText;
        return [new FixOffer($"Remove {what}", nameof(RemoveUnusedCodeFix))];
    }

    private protected override SyntaxNode Apply(SyntaxNode root, SyntaxNode target, Diagnostic diagnostic, string key)
    {
        var attribute = (AttributeSyntax)target;
        return Unused(attribute, diagnostic) is { } argument && !IsAll(attribute, argument)
            ? root.ReplaceNode(attribute, attribute.WithArgumentList(attribute.ArgumentList!.WithArguments(attribute.ArgumentList.Arguments.Remove(argument))))
            : ColumnAttributes.Remove(root, attribute);
    }

    /// <summary>The argument that changes nothing; null where the whole attribute does.</summary>
    private static AttributeArgumentSyntax? Unused(AttributeSyntax attribute, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(ProblemFacts.Argument, out string? name)
            ? attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name)
            : null;

    /// <summary>Whether nothing but a name would be left. On a property the name itself may be the choice.</summary>
    private static bool IsAll(AttributeSyntax attribute, AttributeArgumentSyntax argument) =>
        attribute.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is null && attribute.ArgumentList!.Arguments.All(a => a == argument || a.NameEquals is null);
}
