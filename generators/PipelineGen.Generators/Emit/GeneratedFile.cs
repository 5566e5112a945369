using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PipelineGen.Generators.Emit.Templating;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Emit;

/// <summary>What all generated files share.</summary>
internal static class GeneratedFile
{
    /// <summary>Marks every generated member, so that coverage and analyzers can tell.</summary>
    public static string GeneratedCode { get; } = string.Format(
        CultureInfo.InvariantCulture,
        "[global::System.CodeDom.Compiler.GeneratedCode(\"PipelineGen.Generators\", \"{0}\")]",
        typeof(GeneratedFile).Assembly.GetName().Version.ToString(3));

    /// <summary>Renders under the invariant culture: a build gives the same file on every machine.</summary>
    public static void Add(SourceProductionContext context, string hintName, ITemplateRenderer template, TemplateObject view)
    {
        using (new InvariantCulture())
            context.AddSource(hintName, SourceText.From(template.Render(view), Encoding.UTF8));
    }

    public static List<TemplateObject> Containers(TypeIdentity type) =>
        [.. type.Containers.Select(static header => new TemplateObject { ["header"] = header })];

    public static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
