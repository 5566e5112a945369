using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>What a check found: how many tables it compared, and the differences by table.</summary>
internal sealed record CheckResult(int Tables, IReadOnlyList<CatalogDifference> Differences);

/// <summary><c>pipelinegen catalog check</c>: the committed files against the live catalog. Changes nothing.</summary>
internal sealed class CatalogCheck(CatalogFolder folder, string folderName)
{
    public async Task<CheckResult> RunAsync(string? connectionString, CancellationToken cancel)
    {
        IReadOnlyList<CatalogFile> files = folder.ReadAll(folderName);
        var names = files.Select(f => f.Table.Name).ToHashSet();
        LiveCatalog live;
        await using (var connection = await SourceConnection.OpenAsync(connectionString, cancel))
            live = await CatalogIntrospection.ReadAsync(connection, relations => relations.Where(r => names.Contains(r.QualifiedName)), cancel);

        return new CheckResult(
            files.Count,
            files.SelectMany(file => live.Files.TryGetValue(file.Table.Name, out CatalogFile? now)
                ? CatalogDifference.Between(file, now)
                : [CatalogDifference.TableGone(file.Table.Name)]).ToArray());
    }
}
