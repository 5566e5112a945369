using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace PipelineGen.Generators.Tests.Harness;

/// <summary>One run of the generator over a small project.</summary>
internal sealed record GeneratorRun(Compilation Output, ImmutableArray<Diagnostic> GeneratorDiagnostics, GeneratorDriverRunResult Result)
{
    public static ImmutableArray<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "PipelineGen.dll" or "PipelineGen.Schema.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What every source of a test can name.</summary>
    public const string Usings = "global using System; global using PipelineGen; global using PipelineGen.Rows;";

    public static GeneratorRun Of(string source, params CatalogText[] catalogs) => Of(Compile([source]), catalogs);

    public static GeneratorRun Of(Compilation compilation, params CatalogText[] catalogs) => Of(compilation, catalogs, ProjectProperties.None);

    public static GeneratorRun Of(Compilation compilation, IEnumerable<CatalogText> catalogs, ProjectProperties properties)
    {
        GeneratorDriver driver = Driver(compilation, catalogs, properties).RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics);
        return new GeneratorRun(output, diagnostics, driver.GetRunResult());
    }

    public static GeneratorDriver Driver(Compilation compilation, params CatalogText[] catalogs) => Driver(compilation, catalogs, ProjectProperties.None);

    private static CSharpGeneratorDriver Driver(Compilation compilation, IEnumerable<CatalogText> catalogs, ProjectProperties properties) => CSharpGeneratorDriver.Create(
        [new PipelineGenGenerator().AsSourceGenerator()],
        catalogs,
        (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
        properties.ToAnalyzerConfig(),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>A library of the given files, with C# 13, nullable annotations and documentation comments.</summary>
    public static CSharpCompilation Compile(IEnumerable<string> sources, LanguageVersion language = LanguageVersion.CSharp13)
    {
        CSharpParseOptions options = new(language, DocumentationMode.Diagnose);
        return CSharpCompilation.Create(
            "ShopTests" + Guid.NewGuid().ToString("N"),
            sources.Prepend(Usings).Select((text, index) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), options, $"/src/shop/File{index}.cs")),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false, warningLevel: 9999));
    }

    /// <summary>Generated files by name.</summary>
    public IReadOnlyDictionary<string, string> Files =>
        Result.Results.Single().GeneratedSources.ToDictionary(static s => s.HintName, static s => s.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>Everything that the compiler would print about the whole, missing documentation of the user's own code apart.</summary>
    public IEnumerable<Diagnostic> CompilerDiagnostics => Output.GetDiagnostics()
        .Where(static d => d.Severity >= DiagnosticSeverity.Warning)
        .Where(static d => d.Id != "CS1591" || d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);

    /// <summary>The run gave code that compiles without a warning, and no diagnostics that a build shows.</summary>
    public GeneratorRun AssertClean()
    {
        Assert.DoesNotContain(GeneratorDiagnostics, static d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(CompilerDiagnostics);
        Assert.Null(Result.Results.Single().Exception);
        return this;
    }
}
