using PipelineGen.Cli.Catalog;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Report;

/// <summary>Where the report's tables come from.</summary>
/// <param name="Asked">Whether a table was asked for by name.</param>
internal sealed record ReportSource(IReadOnlyList<CatalogFile> Files, Func<QualifiedName, bool> Asked)
{
    /// <summary>
    /// The live catalog: every table outside of system schemas and extensions, with foreign tables and materialized views.
    /// Partitions only by name: their changes arrive under their root's.
    /// </summary>
    /// <exception cref="ToolFailure">The database can't be read, or has no such tables.</exception>
    public static async Task<ReportSource> ReadDatabaseAsync(string? connectionString, TableSelection selection, CancellationToken cancel)
    {
        LiveCatalog live;
        await using (var connection = await SourceConnection.OpenAsync(connectionString, cancel))
        {
            live = await CatalogIntrospection.ReadAsync(
                connection, relations => selection.ChooseRelations(relations, r => !r.IsPartition && !r.OfExtension), cancel);
        }

        return new ReportSource(InOrder(live.Files.Values), selection.Tables.Contains);
    }

    /// <summary>The committed files of a folder; whoever committed one asked for its table.</summary>
    /// <exception cref="ToolFailure">The folder has no files, one of them can't be read, or none is of a named table.</exception>
    public static ReportSource ReadFolder(string folder, TableSelection selection) => new(
        InOrder(selection.Choose(new CatalogFolder(folder).ReadAll(folder), f => f.Table.Name, _ => true, $"'{folder}'")), _ => true);

    private static CatalogFile[] InOrder(IEnumerable<CatalogFile> files) => files
        .OrderBy(f => f.Table.Name.Schema, StringComparer.Ordinal)
        .ThenBy(f => f.Table.Name.Name, StringComparer.Ordinal)
        .ToArray();
}
