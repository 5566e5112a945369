using PipelineGen.Schema.Catalog;
using Spectre.Console;

namespace PipelineGen.Cli.Catalog;

/// <summary>What people read of a pull or a check.</summary>
internal static class CatalogPrinter
{
    public static void Pulled(TextWriter output, IReadOnlyList<ChangedFile> files)
    {
        IAnsiConsole console = TerminalOutput.On(output);
        foreach (ChangedFile file in files)
        {
            string colour = file.Change switch
            {
                FileChange.Added => "green",
                FileChange.Changed => "yellow",
                FileChange.Removed => "red",
                _ => "grey",
            };
            console.MarkupLineInterpolated($"[{colour}]{file.Change.ToString().ToLowerInvariant(),-9}[/] {file.Path}");
        }
    }

    public static void Checked(TextWriter output, CheckResult result)
    {
        IAnsiConsole console = TerminalOutput.On(output);
        if (result.Differences.Count == 0)
        {
            console.MarkupLineInterpolated($"[green]{Tables(result.Tables)}, no differences[/]");
            return;
        }

        // Each file repeats the server's facts; one difference there is not one a table to whoever reads.
        foreach (CatalogDifference server in result.Differences.Where(IsOfServer).DistinctBy(d => d.Message))
            console.MarkupLineInterpolated($"[yellow]{server.Message}[/]");
        int differing = 0;
        foreach (var table in result.Differences.Where(d => !IsOfServer(d)).GroupBy(d => d.Table))
        {
            differing++;
            console.MarkupLineInterpolated($"[bold]{CatalogFormat.WriteName(table.Key)}[/]");
            foreach (CatalogDifference difference in table)
                console.MarkupLineInterpolated($"  {difference.Message}");
        }

        console.MarkupLineInterpolated(
            $"[yellow]{Tables(result.Tables)}, {differing} with differences[/]: `pipelinegen catalog pull` takes the database's side");
    }

    private static bool IsOfServer(CatalogDifference difference) => difference.Kind
        is CatalogDifferenceKind.ServerVersion or CatalogDifferenceKind.ServerEncoding or CatalogDifferenceKind.ServerMoney;

    private static string Tables(int count) => count == 1 ? "1 table" : $"{count} tables";
}
