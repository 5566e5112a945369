using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PipelineGen.Generators.Emit;
using PipelineGen.Generators.Parsing;

namespace PipelineGen.Generators.Tests.Templating;

/// <summary>Texts survive the way through C#: the compiler reads back what was written.</summary>
public sealed class LiteralTests
{
    public static TheoryData<string> Texts =>
    [
        "", "plain", "\"", "\"\"\"", "a\"\"\"\"b", "\\", "\\u0041", "two\nlines", "blank\n\nline\n", "tab\tand\rreturn", "nul\0",
        "next\u0085line", "separator\u2028", "zero\u200Bwidth", "größe", "\U0001F600", "{{ }} {0} $",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Quoted(string text) => Assert.Equal(text, Read(CSharpLiteral.Quoted(text)));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Raw(string text) => Assert.Equal(text, Read(CSharpLiteral.Raw(text, "        ")));

    [Theory]
    [InlineData("order_line", "OrderLine")]
    [InlineData("ORDER", "ORDER")]
    [InlineData("userID", "UserID")]
    [InlineData("a-b c.d", "ABCD")]
    [InlineData("1st", "_1st")]
    [InlineData("größe", "Größe")]
    [InlineData("__", "Nothing")]
    [InlineData("class", "Class")]
    public void PascalNames(string name, string expected) => Assert.Equal(expected, CSharpName.Pascal(name, "Nothing"));

    private static string Read(string literal)
    {
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(literal, options: new CSharpParseOptions(LanguageVersion.CSharp13));
        Assert.Empty(expression.GetDiagnostics());
        return ((LiteralExpressionSyntax)expression).Token.ValueText;
    }
}
