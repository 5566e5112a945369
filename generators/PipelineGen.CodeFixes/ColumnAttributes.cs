using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace PipelineGen.CodeFixes;

/// <summary>Reads and edits attributes as their author laid them out.</summary>
internal static class ColumnAttributes
{
    private const string Namespace = "global::PipelineGen.";

    /// <summary><c>[Column("n", StarRocksType = "JSON")]</c>, as a title shows it.</summary>
    public static string Text(string column, string arguments) => $"[Column({SymbolDisplay.FormatLiteral(column, quote: true)}, {arguments})]";

    public static bool IsColumn(AttributeSyntax attribute) => NameOf(attribute) == "Column";

    public static AttributeSyntax? Of(PropertyDeclarationSyntax property) => property.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(IsColumn);

    /// <summary>The last part of the name, without 'Attribute'.</summary>
    public static string NameOf(AttributeSyntax attribute)
    {
        string name = attribute.Name is QualifiedNameSyntax qualified ? qualified.Right.Identifier.ValueText
            : attribute.Name is AliasQualifiedNameSyntax alias ? alias.Name.Identifier.ValueText
            : ((SimpleNameSyntax)attribute.Name).Identifier.ValueText;
        const string suffix = "Attribute";
        return name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - suffix.Length) : name;
    }

    /// <summary>The attribute with the arguments set; a column that is left out needs no others.</summary>
    public static AttributeSyntax With(AttributeSyntax attribute, string arguments)
    {
        AttributeArgumentListSyntax list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (arguments == ColumnChoices.Ignore)
            list = list.WithArguments(SyntaxFactory.SeparatedList(list.Arguments.Where(static a => a.NameEquals is null)));
        foreach (AttributeArgumentSyntax wanted in Parse(arguments))
        {
            AttributeArgumentSyntax? old = list.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == wanted.NameEquals!.Name.Identifier.ValueText);
            if (old is not null)
            {
                list = list.ReplaceNode(old, wanted.WithTriviaFrom(old));
                continue;
            }

            var items = list.Arguments.GetWithSeparators();
            if (items.Count > 0)
                items = items.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
            list = list.WithArguments(SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(items.Add(wanted)));
        }

        return attribute.WithArgumentList(list).WithAdditionalAnnotations(Simplifier.Annotation);
    }

    /// <summary>The declaration with one more attribute: after its others, on a line of its own where they have theirs.</summary>
    public static MemberDeclarationSyntax Add(MemberDeclarationSyntax declaration, string column, string arguments)
    {
        AttributeSyntax attribute = SyntaxFactory.Attribute(
            SyntaxFactory.ParseName(Namespace + "Column"),
            SyntaxFactory.AttributeArgumentList(SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(new SyntaxNodeOrToken[]
            {
                SyntaxFactory.AttributeArgument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(column))),
            })));
        attribute = With(attribute, arguments);
        AttributeListSyntax list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute));
        if (declaration.AttributeLists.Count == 0)
        {
            SyntaxTriviaList before = declaration.GetLeadingTrivia();
            return declaration
                .WithLeadingTrivia(Indentation(before))
                .WithAttributeLists(SyntaxFactory.SingletonList(list.WithLeadingTrivia(before).WithTrailingTrivia(LineEnd(declaration))));
        }

        AttributeListSyntax last = declaration.AttributeLists.Last();
        return declaration.WithAttributeLists(declaration.AttributeLists.Add(list.WithLeadingTrivia(Indentation(last.GetLeadingTrivia())).WithTrailingTrivia(last.GetTrailingTrivia())));
    }

    /// <summary>The tree without the attribute, and without its brackets where it was alone in them; comments above stay.</summary>
    public static SyntaxNode Remove(SyntaxNode root, AttributeSyntax attribute)
    {
        if (attribute.Parent is not AttributeListSyntax list || list.Attributes.Count > 1)
            return root.RemoveNode(attribute, SyntaxRemoveOptions.KeepNoTrivia)!;
        SyntaxToken next = list.GetLastToken().GetNextToken();
        SyntaxTriviaList comments = list.GetLeadingTrivia();
        // The indentation of what comes next is as good as the attribute's own, unless that had comments on it.
        bool hasComments = comments.Any(static t => !t.IsKind(SyntaxKind.WhitespaceTrivia)) || next.LeadingTrivia.Count == 0;
        SyntaxTriviaList leading = hasComments ? comments.AddRange(next.LeadingTrivia.SkipWhile(static t => t.IsKind(SyntaxKind.WhitespaceTrivia))) : next.LeadingTrivia;
        SyntaxNode holder = list.Parent!;
        int index = holder.ChildNodes().OfType<AttributeListSyntax>().TakeWhile(l => l != list).Count();
        SyntaxNode changed = holder.ReplaceToken(next, next.WithLeadingTrivia(leading));
        SyntaxNode removed = changed.RemoveNode(changed.ChildNodes().OfType<AttributeListSyntax>().ElementAt(index), SyntaxRemoveOptions.KeepNoTrivia)!;
        return root.ReplaceNode(holder, removed);
    }

    private static IEnumerable<AttributeArgumentSyntax> Parse(string arguments)
    {
        // The enum may need its namespace; the simplifier takes off what it does not.
        string text = arguments.Replace(" ValuePolicy.", $" {Namespace}ValuePolicy.");
        return SyntaxFactory.ParseAttributeArgumentList($"({text})")!.Arguments
            .Select(static a => a.WithoutTrivia());
    }

    private static SyntaxTriviaList Indentation(SyntaxTriviaList leading) =>
        leading.Count > 0 && leading[leading.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading[leading.Count - 1]) : default;

    private static SyntaxTriviaList LineEnd(SyntaxNode node)
    {
        SyntaxTrivia end = node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(static t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        return SyntaxFactory.TriviaList(end.IsKind(SyntaxKind.EndOfLineTrivia) ? end : SyntaxFactory.LineFeed);
    }
}
