using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

/// <summary>Each diagnostic by a project that gets it and by the nearest that does not.</summary>
public sealed class DiagnosticTests
{
    private static readonly DiagnosticCase[] Cases = [.. CatalogFileCases.All, .. ColumnCases.All, .. TargetCases.All, .. TypeCases.All];

    /// <summary>PGEN0014 needs another language version than the cases have; it has a test of its own.</summary>
    private const string LanguageVersionId = "PGEN0014";

    public static TheoryData<string> Names => [.. Cases.Select(static c => $"{c.Id} {c.Name}")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reported(string name)
    {
        DiagnosticCase test = Case(name);

        GeneratorRun run = test.Failing.Run();

        Diagnostic diagnostic = Assert.Single(run.GeneratorDiagnostics);
        Assert.Equal(test.Id, diagnostic.Id);
        Assert.Equal(test.Message, diagnostic.GetMessage());
        Assert.Equal(test.At, At(diagnostic.Location));
        Assert.Null(run.Result.Results.Single().Exception);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NotReported(string name) => Case(name).Passing.Run().AssertClean();

    [Fact]
    public void OldLanguageVersion_IsReported()
    {
        const string Source = "namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order {}";

        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(GeneratorRun.Compile([Source], LanguageVersion.CSharp12), TestCatalogs.Orders()).GeneratorDiagnostics);

        Assert.Equal(LanguageVersionId, diagnostic.Id);
        Assert.Equal("Generated rows need C# 13, and this project has C# 12.0: set <LangVersion>13</LangVersion> or later", diagnostic.GetMessage());
        GeneratorRun.Of(GeneratorRun.Compile([Source], LanguageVersion.CSharp13), TestCatalogs.Orders()).AssertClean();
    }

    [Fact]
    public void EveryDiagnostic_HasACase_APage_AndAReleaseRow()
    {
        string generators = Path.Combine(RepositoryRoot(), "generators", "PipelineGen.Generators");
        string releases = File.ReadAllText(Path.Combine(generators, "AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(generators, "AnalyzerReleases.Shipped.md"));

        foreach (DiagnosticDescriptor descriptor in ProblemDescriptors.ById.Values)
        {
            Assert.True(descriptor.Id == LanguageVersionId || Cases.Any(c => c.Id == descriptor.Id), $"{descriptor.Id} has no case");
            string page = Path.Combine(generators, "docs", descriptor.Id + ".md");
            Assert.True(File.Exists(page), $"{page} is missing");
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}", File.ReadAllText(page), StringComparison.Ordinal);
            Assert.Contains($"{descriptor.Id} | PipelineGen | {descriptor.DefaultSeverity} |", releases, StringComparison.Ordinal);
            Assert.EndsWith($"/docs/{descriptor.Id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pragma_SilencesAWarning()
    {
        TestProject project = Case("PGEN0013 unknown type").Failing;
        string source = "#pragma warning disable PGEN0013\n" + project.Source;

        Assert.NotEmpty(GeneratorRun.Of(project.Source, project.Catalogs).GeneratorDiagnostics);
        Assert.DoesNotContain(GeneratorRun.Of(source, project.Catalogs).GeneratorDiagnostics, static d => !d.IsSuppressed);
    }

    [Fact]
    public void ErrorsOfOneType_AreAllReported()
    {
        GeneratorRun run = TestProject.Table(
            "column id int8 not_null\ncolumn a numeric\ncolumn b numeric\ncolumn c int4\nprimary_key p id",
            members: "public partial long? C { get; }").Run();

        Assert.Equal(["PGEN0012", "PGEN0012", "PGEN0006"], run.GeneratorDiagnostics.OrderByDescending(static d => d.Id).Select(static d => d.Id));
    }

    private static DiagnosticCase Case(string name) => Cases.Single(c => $"{c.Id} {c.Name}" == name);

    private static string At(Location location) => location.SourceTree is { } tree
        ? tree.GetText().ToString(location.SourceSpan)
        : $"{location.GetLineSpan().Path}:{location.GetLineSpan().StartLinePosition.Line + 1}";

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PipelineGen.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("PipelineGen.sln is in no folder above the tests.");
    }
}
