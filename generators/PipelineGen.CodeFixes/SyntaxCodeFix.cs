using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PipelineGen.CodeFixes;

/// <summary>
/// A fix that edits one place of one file. Fix-all makes the edits one after the other: several diagnostics stand at one attribute, where
/// edits that are made side by side and merged would contradict each other.
/// </summary>
public abstract class SyntaxCodeFix : CodeFixProvider
{
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        SyntaxNode? root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        return root is null ? null : document.WithSyntaxRoot(ApplyAll(root, diagnostics, context.CodeActionEquivalenceKey));
    });

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (Target(root, diagnostic) is not { } target)
                continue;
            foreach (FixOffer offer in Offers(target, diagnostic))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(offer.Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(Apply(root, target, diagnostic, offer.Key))), offer.Key),
                    diagnostic);
            }
        }
    }

    /// <summary>The node that the diagnostic is about, or null where nothing can be done there.</summary>
    private protected abstract SyntaxNode? Target(SyntaxNode root, Diagnostic diagnostic);

    /// <summary>What can be done; the key is what fix-all repeats.</summary>
    private protected abstract IEnumerable<FixOffer> Offers(SyntaxNode target, Diagnostic diagnostic);

    /// <returns>The new root.</returns>
    private protected abstract SyntaxNode Apply(SyntaxNode root, SyntaxNode target, Diagnostic diagnostic, string key);

    private SyntaxNode ApplyAll(SyntaxNode root, ImmutableArray<Diagnostic> diagnostics, string? key)
    {
        var edits = diagnostics
            .OrderBy(static d => d.Location.SourceSpan.Start)
            .Select(d => (Diagnostic: d, Target: Target(root, d)))
            .Where(edit => edit.Target is not null && Offers(edit.Target, edit.Diagnostic).Any(offer => offer.Key == key))
            .ToList();
        SyntaxNode current = root.TrackNodes(edits.Select(static edit => edit.Target!).Distinct());
        foreach ((Diagnostic diagnostic, SyntaxNode? target) in edits)
        {
            // An edit before may have taken it away.
            if (current.GetCurrentNode(target!) is { } node)
                current = Apply(current, node, diagnostic, key!);
        }

        return current;
    }
}

/// <param name="Title">What the editor shows.</param>
/// <param name="Key">Equal where fix-all is to do the same.</param>
internal sealed record FixOffer(string Title, string Key);
