using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

/// <summary>Each diagnostic by a project that gets it and by the nearest that does not.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<string> Names => [.. DiagnosticExample.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_failing_example_gets_the_diagnostic_and_no_other(string name)
    {
        DiagnosticExample example = DiagnosticExample.Of(name);

        ExampleRun run = await example.Failing.RunAsync();

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal(example.Id, diagnostic.Id);
        Assert.Equal(example.Message, diagnostic.GetMessage());
        Assert.Equal(example.At, DiagnosticExample.Describe(diagnostic.Location));
        Assert.Null(run.Generator.Result.Results.Single().Exception);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_passing_example_gets_none_and_compiles(string name) => (await DiagnosticExample.Of(name).Passing.RunAsync()).AssertClean();

    [Fact]
    public void Every_diagnostic_has_an_example_a_page_and_a_release_row()
    {
        string generators = Path.Combine(Repository.Root, "generators", "PipelineGen.Generators");
        string releases = File.ReadAllText(Path.Combine(generators, "AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(generators, "AnalyzerReleases.Shipped.md"));

        foreach (DiagnosticDescriptor descriptor in ProblemDescriptors.ById.Values)
        {
            Assert.Contains(DiagnosticExample.Names, name => name.StartsWith(descriptor.Id + "/", StringComparison.Ordinal));
            string page = Path.Combine(generators, "docs", descriptor.Id + ".md");
            Assert.True(File.Exists(page), $"{page} is missing");
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}\n\nSeverity: {descriptor.DefaultSeverity}\n\n## Cause\n", File.ReadAllText(page), StringComparison.Ordinal);
            Assert.Contains($"{descriptor.Id} | PipelineGen | {descriptor.DefaultSeverity} |", releases, StringComparison.Ordinal);
            Assert.EndsWith($"/docs/{descriptor.Id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_id_has_a_descriptor_and_every_example_an_id()
    {
        IEnumerable<string?> ids = typeof(ProblemIds).GetFields().Select(static f => (string?)f.GetRawConstantValue());

        Assert.Equal(ids.Order(StringComparer.Ordinal), ProblemDescriptors.ById.Keys.Order(StringComparer.Ordinal));
        Assert.All(DiagnosticExample.Names, static name => Assert.Contains(name.Split('/')[0], ProblemDescriptors.ById.Keys));
    }

    [Theory]
    [InlineData("PGEN0013/unknown-type")]
    [InlineData("PGEN0040/column-on-an-ordinary-property")]
    public async Task A_pragma_silences_a_warning(string name)
    {
        ExampleProject project = DiagnosticExample.Of(name).Failing;
        ExampleProject silenced = project with { Source = $"#pragma warning disable {name.Split('/')[0]}\n{project.Source}" };

        Assert.Single((await project.RunAsync()).Diagnostics);
        Assert.DoesNotContain((await silenced.RunAsync()).Diagnostics, static d => !d.IsSuppressed);
    }

    [Fact]
    public void Errors_of_one_type_are_all_reported()
    {
        GeneratorRun run = GeneratorRun.Of(
            "namespace Shop; [PostgresTable(\"public.t\")] [Column(\"d\", Ignore = true)] public partial class T;",
            CatalogText.Of("public.t", "table public.t kind=table replica_identity=default\ncolumn id int8 not_null\ncolumn a numeric\ncolumn b numeric\nprimary_key p id"));

        Assert.Equal(["PGEN0005", "PGEN0029", "PGEN0029"], run.GeneratorDiagnostics.Select(static d => d.Id).Order(StringComparer.Ordinal));
    }
}
