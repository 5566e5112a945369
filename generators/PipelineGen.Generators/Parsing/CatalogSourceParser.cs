using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PipelineGen.Generators.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Generators.Parsing;

/// <summary>Reads one .pgcatalog file of the build.</summary>
internal static class CatalogSourceParser
{
    public static bool IsCatalogFile(AdditionalText text) => text.Path.EndsWith(CatalogFormat.FileExtension, StringComparison.OrdinalIgnoreCase);

    public static CatalogSource Parse(AdditionalText text, CancellationToken cancellationToken)
    {
        if (text.GetText(cancellationToken) is not { } content)
            return new CatalogSource(text.Path, null, new CatalogFileProblem(ProblemIds.CatalogFileUnreadable, 1, 0, 0, "The file can't be opened"));
        CatalogReadResult result = CatalogFormat.Read(content.ToString());
        if (result.Error is { } error)
            return new CatalogSource(text.Path, null, Problem(error.IsNewerFormat ? ProblemIds.CatalogFileNewer : ProblemIds.CatalogFileUnreadable, content, error.Line, $"Line {error.Line}: {error.Message}"));
        var source = new CatalogSource(text.Path, result.File, null);
        QualifiedName table = result.File!.Table.Name;
        string expected = CatalogFormat.FileName(table);
        return expected == source.FileName
            ? source
            : source with { Problem = Problem(ProblemIds.CatalogFileMisnamed, content, 1, $"'{source.FileName}' describes table '{table}', whose file is called '{expected}'") };
    }

    public static Diagnostic ToDiagnostic(CatalogSource duplicate, CatalogSource first) => ToDiagnostic(
        duplicate,
        new CatalogFileProblem(ProblemIds.CatalogFileMisnamed, 1, 0, 0, $"'{duplicate.DisplayPath}' and '{first.DisplayPath}' have one name, so both are of one table"));

    /// <summary>The diagnostic in the catalog file itself.</summary>
    public static Diagnostic ToDiagnostic(CatalogSource source, CatalogFileProblem problem)
    {
        var line = new LinePositionSpan(new LinePosition(problem.Line - 1, 0), new LinePosition(problem.Line - 1, problem.Length));
        return Diagnostic.Create(
            ProblemDescriptors.ById[problem.Id],
            Location.Create(source.Path, new TextSpan(problem.Start, problem.Length), line),
            problem.Message);
    }

    private static CatalogFileProblem Problem(string id, SourceText content, int line, string message)
    {
        TextSpan span = line <= content.Lines.Count ? content.Lines[line - 1].Span : default;
        return new CatalogFileProblem(id, line, span.Start, span.Length, message);
    }
}
