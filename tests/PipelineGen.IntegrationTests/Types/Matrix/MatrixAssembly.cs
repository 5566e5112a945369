using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using PipelineGen.Hosting;
using PipelineGen.IntegrationTests.Catalog;
using PipelineGen.Rows;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>
/// The user's project for a group of cases, built in memory: classes as one writes them, the catalog files that
/// <c>pipelinegen catalog pull</c> wrote, and what the generator made of both.
/// </summary>
internal sealed class MatrixAssembly
{
    /// <summary>Over all tables that don't stop it.</summary>
    public const string Pipeline = "MatrixPipeline";

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "PipelineGen.dll" or "PipelineGen.Schema.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Assembly _assembly;

    private MatrixAssembly(Assembly assembly, IReadOnlyDictionary<string, CatalogFile> catalogs)
    {
        _assembly = assembly;
        Catalogs = catalogs;
    }

    /// <summary>The pulled files by table name.</summary>
    public IReadOnlyDictionary<string, CatalogFile> Catalogs { get; }

    /// <summary>Pulls, generates, compiles and loads.</summary>
    public static async Task<MatrixAssembly> BuildAsync(string connectionString, IReadOnlyList<MatrixTable> tables, string starRocks)
    {
        using var folder = new CatalogFolderUnderTest();
        (int status, string output, string error) = await folder.RunAsync("pull", connectionString, [.. tables.SelectMany(static t => new[] { "--table", "public." + t.Name })]);
        Assert.True(status == 0, output + error);
        var files = folder.Files.ToDictionary(static f => f, folder.Text, StringComparer.Ordinal);
        return new MatrixAssembly(
            Compile(tables, files, starRocks),
            files.Values.Select(static text => CatalogFormat.Read(text).File!).ToDictionary(static f => f.Table.Name.Name, StringComparer.Ordinal));
    }

    /// <summary>Starts one of the compiled pipelines.</summary>
    public RunningPipeline Start(string pipeline, IReadOnlyDictionary<string, string?> settings, RecentLog log) =>
        (RunningPipeline)typeof(MatrixAssembly).GetMethod(nameof(StartAs), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(_assembly.GetType(pipeline, throwOnError: true)!)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [settings, log], null)!;

    private static RunningPipeline StartAs<TPipeline>(IReadOnlyDictionary<string, string?> settings, RecentLog log)
        where TPipeline : IPipeline => PipelineHost.Start<TPipeline>(settings, log);

    private static Assembly Compile(IReadOnlyList<MatrixTable> tables, Dictionary<string, string> catalogs, string starRocks)
    {
        var source = new StringBuilder("using PipelineGen;\n");
        foreach (MatrixTable table in tables)
        {
            source.Append(table.Declaration);
            if (table.Stops)
                source.Append($"[Pipeline(\"{table.Name}\", typeof({table.RowClass}))] public partial class {table.RowClass}Pipeline;\n");
        }

        source.Append($"[Pipeline(\"matrix\", {string.Join(", ", tables.Where(static t => !t.Stops).Select(static t => $"typeof({t.RowClass})"))})] public partial class {Pipeline};\n");
        var options = new CSharpParseOptions(LanguageVersion.CSharp13);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Matrix" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(SourceText.From(source.ToString(), Encoding.UTF8), options, "Matrix.cs")],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver
            .Create([BuiltGenerator.Create()], catalogs.Select(static c => new CatalogText("/matrix/catalog/" + c.Key, c.Value)), options, new ProjectProperties(starRocks))
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> diagnostics);
        string[] errors = [.. diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error).Select(d => $"{Describe(d, tables)}")];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = generated.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error).Take(20)));
        return Assembly.Load(image.ToArray());
    }

    private static string Describe(Diagnostic diagnostic, IReadOnlyList<MatrixTable> tables)
    {
        string text = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        MatrixTable? table = tables.FirstOrDefault(t => text.Contains($"public.{t.Name}'", StringComparison.Ordinal));
        return $"{table?.Case.Name} ({table?.Role}): {diagnostic.Id} {text}";
    }

    private sealed class CatalogText(string path, string content) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
    }

    /// <summary>The MSBuild properties that the compiler shows to generators.</summary>
    private sealed class ProjectProperties(string starRocks) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Properties(starRocks);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Properties(string starRocks) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
            {
                value = key == "build_property.PipelineGenStarRocksVersion" ? starRocks : null;
                return value is not null;
            }
        }
    }
}
