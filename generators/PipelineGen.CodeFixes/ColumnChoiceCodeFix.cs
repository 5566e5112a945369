using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.CodeFixes;

/// <summary>Writes what a message says can be chosen for a column into its [Column(...)], or into a new one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ColumnChoiceCodeFix : SyntaxCodeFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
    [
        ProblemIds.KeyColumnIllegal, ProblemIds.TypeRefused, ProblemIds.TypeSurprising, ProblemIds.GeneratedColumnLeftOut, ProblemIds.NumericUndecided, ProblemIds.TargetTooSmall,
        ProblemIds.TextLongerThanTarget, ProblemIds.TargetUnsuitable, ProblemIds.LengthLimit, ProblemIds.JsonPrecision, ProblemIds.ExtensionTypeUnknown,
    ];

    /// <summary>The column's own attribute, or what gets one: its property, or the type where the diagnostic stands at [PostgresTable].</summary>
    private protected override SyntaxNode? Target(SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan);
        if (node is AttributeSyntax attribute)
            return ColumnAttributes.IsColumn(attribute) ? attribute : attribute.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        return node.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is { } property
            ? (SyntaxNode?)ColumnAttributes.Of(property) ?? property
            : null;
    }

    private protected override IEnumerable<FixOffer> Offers(SyntaxNode target, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(ProblemFacts.Column, out string? column) || column is null)
            yield break;
        // A property stands for a column that is carried: the two would contradict each other.
        bool canIgnore = target.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is null;
        foreach (string choice in ColumnChoices.Of(diagnostic, canIgnore))
            yield return new FixOffer(ColumnAttributes.Text(column, choice), choice);
    }

    private protected override SyntaxNode Apply(SyntaxNode root, SyntaxNode target, Diagnostic diagnostic, string key)
    {
        string column = diagnostic.Properties[ProblemFacts.Column]!;
        return target is AttributeSyntax attribute
            ? root.ReplaceNode(attribute, ColumnAttributes.With(attribute, key))
            : root.ReplaceNode(target, ColumnAttributes.Add((MemberDeclarationSyntax)target, column, key));
    }
}
