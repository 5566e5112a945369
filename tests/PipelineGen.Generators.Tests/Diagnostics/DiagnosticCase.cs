using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

/// <summary>One way to get a diagnostic, and the nearest project that does not get it.</summary>
/// <param name="Message">The whole message.</param>
/// <param name="At">The source text that the diagnostic underlines.</param>
internal sealed record DiagnosticCase(string Id, string Name, TestProject Failing, string Message, string At, TestProject Passing);

/// <summary>A source file and its catalog files.</summary>
internal sealed record TestProject(string Source, params CatalogText[] Catalogs)
{
    /// <summary>public.t with the lines given, and <c>partial class T</c> with the attributes given.</summary>
    public static TestProject Table(string lines, string attributes = "", string members = "", string kind = "kind=table replica_identity=default", string keyword = "class") => new(
        $$"""
        namespace Shop;
        [PostgresTable("public.t")]
        {{attributes}}
        public partial {{keyword}} T
        {
        {{members}}
        }
        """,
        CatalogText.Of("public.t", $"table public.t {kind}\n{lines}"));

    public GeneratorRun Run() => GeneratorRun.Of(Source, Catalogs);
}
