using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PipelineGen.Generators.Tests.Harness;

/// <summary>A catalog file of a test.</summary>
internal sealed class CatalogText(string path, string content) : AdditionalText
{
    /// <summary>A file in the folder that projects keep them in.</summary>
    /// <param name="lines">What stands between the server line and <c>end</c>.</param>
    public static CatalogText Of(string table, string lines) =>
        new($"/src/shop/catalog/{table}.pgcatalog", $"pipelinegen-catalog 1\nserver 15 encoding=UTF8 money_fraction_digits=2\n{lines.ReplaceLineEndings("\n").Trim()}\nend\n");

    public override string Path { get; } = path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
}
