using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PipelineGen.Generators.Analyzers;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics;

/// <summary>
/// One way to get a diagnostic, and the nearest project that does not get it: a folder <c>Examples/PGEN0001/no-such-file</c> with
/// <c>failing.cs</c> and <c>passing.cs</c>; catalog files at their paths, those of one of the two below <c>failing/</c> or <c>passing/</c>;
/// MSBuild properties in <c>failing.props</c> or <c>passing.props</c>; in <c>expected.txt</c> what is underlined and the whole message;
/// and in <c>fixed/</c> what each code fix makes of <c>failing.cs</c>.
/// </summary>
internal sealed class DiagnosticExample
{
    private const string AtPrefix = "at: ";

    private const string MessagePrefix = "message: ";

    private readonly string _folder;

    private DiagnosticExample(string folder)
    {
        _folder = folder;
        string[] expected = File.ReadAllLines(Path.Combine(folder, "expected.txt"));
        if (expected is not [{ } at, { } message] || !at.StartsWith(AtPrefix, StringComparison.Ordinal) || !message.StartsWith(MessagePrefix, StringComparison.Ordinal))
            throw new InvalidOperationException($"{folder}: expected.txt has two lines, '{AtPrefix}...' and '{MessagePrefix}...'.");
        At = at[AtPrefix.Length..];
        Message = message[MessagePrefix.Length..];
    }

    public static string Root { get; } = Path.Combine(Repository.Root, "tests", "PipelineGen.Generators.Tests", "Diagnostics", "Examples");

    /// <summary>All examples as <c>PGEN0001/no-such-file</c>.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Root)
        .SelectMany(Directory.GetDirectories)
        .Select(static folder => Path.GetRelativePath(Root, folder).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static DiagnosticExample Of(string name) => new(Path.Combine(Root, name));

    public string Id => Path.GetFileName(Path.GetDirectoryName(_folder)!);

    /// <summary>The source text that the diagnostic underlines; the file and line of a catalog file; or that there is no place.</summary>
    public string At { get; }

    public string Message { get; }

    public ExampleProject Failing => Variant("failing");

    public ExampleProject Passing => Variant("passing");

    /// <summary>Results of code fixes, by what <see cref="FixSlug"/> makes of their titles.</summary>
    public IReadOnlyDictionary<string, string> Fixed
    {
        get
        {
            string folder = Path.Combine(_folder, "fixed");
            return Directory.Exists(folder)
                ? Directory.GetFiles(folder, "*.verified.cs").ToDictionary(static f => Path.GetFileName(f)[..^".verified.cs".Length], static f => Text(f), StringComparer.Ordinal)
                : new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    /// <summary><c>[Column("n", Ignore = true)]</c> -> <c>column-n-ignore-true</c>.</summary>
    public static string FixSlug(string title) => string.Join(
        '-', new string([.. title.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What the diagnostic underlines, as <see cref="At"/> says it.</summary>
    public static string Describe(Location location) => location switch
    {
        { SourceTree: { } tree } => tree.GetText().ToString(location.SourceSpan),
        { Kind: LocationKind.None } => "(no place)",
        _ => $"{location.GetLineSpan().Path}:{location.GetLineSpan().StartLinePosition.Line + 1}",
    };

    private ExampleProject Variant(string variant)
    {
        var catalogs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string folder in new[] { _folder, Path.Combine(_folder, variant) }.Where(Directory.Exists))
        {
            foreach (string file in Directory.GetFiles(folder, "*.pgcatalog", SearchOption.AllDirectories))
            {
                string path = Path.GetRelativePath(folder, file).Replace('\\', '/');
                if (!path.StartsWith("failing/", StringComparison.Ordinal) && !path.StartsWith("passing/", StringComparison.Ordinal))
                    catalogs[path] = Text(file);
            }
        }

        string properties = Path.Combine(_folder, variant + ".props");
        return new ExampleProject(
            Text(Path.Combine(_folder, variant + ".cs")),
            [.. catalogs.Select(static c => new CatalogText("/src/shop/" + c.Key, c.Value))],
            File.Exists(properties) ? ProjectProperties.Read(properties) : ProjectProperties.None);
    }

    private static string Text(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");
}

/// <summary>A source file, its catalog files and its project's properties.</summary>
internal sealed record ExampleProject(string Source, CatalogText[] Catalogs, ProjectProperties Properties)
{
    public Task<ExampleRun> RunAsync() => RunAsync(GeneratorRun.Compile([Source], Properties.Language));

    public async Task<ExampleRun> RunAsync(Compilation compilation)
    {
        GeneratorRun run = GeneratorRun.Of(compilation, Catalogs, Properties);
        ImmutableArray<Diagnostic> analyzed = await run.Output.WithAnalyzers([new UnusedAttributeAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return new ExampleRun(run, [.. run.GeneratorDiagnostics, .. analyzed]);
    }
}

/// <param name="Diagnostics">The generator's and the analyzer's.</param>
internal sealed record ExampleRun(GeneratorRun Generator, ImmutableArray<Diagnostic> Diagnostics)
{
    public void AssertClean()
    {
        Assert.Empty(Diagnostics);
        Generator.AssertClean();
    }
}
