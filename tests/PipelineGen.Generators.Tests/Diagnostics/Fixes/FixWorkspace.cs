using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using PipelineGen.CodeFixes;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics.Fixes;

/// <summary>An example's project as an editor has it open.</summary>
internal sealed class FixWorkspace : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly ExampleProject _project;
    private readonly DocumentId _document;

    public FixWorkspace(ExampleProject project)
    {
        _project = project;
        ProjectId id = ProjectId.CreateNewId();
        CSharpCompilation settings = GeneratorRun.Compile([]);
        Solution solution = _workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                id, VersionStamp.Default, "Shop", "Shop", LanguageNames.CSharp, compilationOptions: settings.Options,
                parseOptions: new CSharpParseOptions(project.Properties.Language), metadataReferences: GeneratorRun.References))
            .AddDocument(DocumentId.CreateNewId(id), "Usings.cs", GeneratorRun.Usings);
        _document = DocumentId.CreateNewId(id);
        _workspace.TryApplyChanges(solution.AddDocument(_document, "Shop.cs", project.Source));
    }

    private static IReadOnlyList<CodeFixProvider> Providers { get; } =
        [.. typeof(SyntaxCodeFix).Assembly.GetTypes().Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(CodeFixProvider))).Select(static t => (CodeFixProvider)Activator.CreateInstance(t)!)];

    public static IEnumerable<string> FixableIds => Providers.SelectMany(static p => p.FixableDiagnosticIds).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private Document Document => _workspace.CurrentSolution.GetDocument(_document)!;

    public async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync() => (await RunAsync(Document)).Diagnostics;

    /// <summary>What the editor would offer for the only diagnostic.</summary>
    public async Task<IReadOnlyList<CodeAction>> OffersAsync()
    {
        Diagnostic diagnostic = Assert.Single(await DiagnosticsAsync());
        var actions = new List<CodeAction>();
        // A diagnostic in a catalog file, or without a place, is in no document that could be edited.
        foreach (CodeFixProvider provider in Providers.Where(p => p.FixableDiagnosticIds.Contains(diagnostic.Id) && diagnostic.Location.IsInSource))
            await provider.RegisterCodeFixesAsync(new CodeFixContext(Document, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }

    /// <summary>The source after the action, and what is then reported.</summary>
    public async Task<(string Source, ExampleRun Run)> ApplyAsync(CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(default);
        Solution changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
        Document document = changed.GetDocument(_document)!;
        return ((await document.GetTextAsync()).ToString(), await RunAsync(document));
    }

    /// <summary>As <see cref="ApplyAsync"/>, for all diagnostics of the document at once.</summary>
    public async Task<(string Source, ExampleRun Run)> ApplyToAllAsync(string id, string key)
    {
        CodeFixProvider provider = Providers.Single(p => p.FixableDiagnosticIds.Contains(id));
        Diagnostic[] diagnostics = [.. (await DiagnosticsAsync()).Where(d => d.Id == id)];
        var context = new FixAllContext(Document, provider, FixAllScope.Document, key, [id], new Found(diagnostics), default);
        CodeAction? action = await provider.GetFixAllProvider()!.GetFixAsync(context);
        return await ApplyAsync(Assert.IsAssignableFrom<CodeAction>(action));
    }

    public void Dispose() => _workspace.Dispose();

    private async Task<ExampleRun> RunAsync(Document document) => await _project.RunAsync((await document.Project.GetCompilationAsync())!);

    private sealed class Found(Diagnostic[] diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => GetProjectDiagnosticsAsync(project, cancellationToken);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => GetProjectDiagnosticsAsync(document.Project, cancellationToken);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
    }
}
