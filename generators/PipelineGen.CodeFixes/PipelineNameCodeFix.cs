using System.Collections.Immutable;
using System.Composition;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Diagnostics;

namespace PipelineGen.CodeFixes;

/// <summary>PGEN0017: the nearest name that a replication slot can have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class PipelineNameCodeFix : SyntaxCodeFix
{
    /// <summary>NAMEDATALEN - 1.</summary>
    private const int MaxLength = 63;

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ProblemIds.PipelineNameInvalid];

    /// <summary>A constant's value stands elsewhere, and others may rely on it: only a literal is changed.</summary>
    private protected override SyntaxNode? Target(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan) is AttributeSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } &&
        arguments[0].Expression is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression)
            ? literal
            : null;

    private protected override IEnumerable<FixOffer> Offers(SyntaxNode target, Diagnostic diagnostic) =>
        NameOf(target) is { Length: > 0 } name ? [new FixOffer($"Name the pipeline '{name}'", nameof(PipelineNameCodeFix))] : [];

    private protected override SyntaxNode Apply(SyntaxNode root, SyntaxNode target, Diagnostic diagnostic, string key) => root.ReplaceNode(
        target,
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(NameOf(target))).WithTriviaFrom(target));

    private static string NameOf(SyntaxNode literal)
    {
        string wanted = ((LiteralExpressionSyntax)literal).Token.ValueText;
        var name = new StringBuilder(wanted.Length);
        foreach (char c in wanted.ToLowerInvariant())
            name.Append(c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' ? c : '_');
        return name.ToString(0, Math.Min(name.Length, MaxLength));
    }
}
