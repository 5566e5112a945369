using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary><c>pipelinegen catalog pull</c>: writes the files of the chosen tables, touching only those that changed.</summary>
internal sealed class CatalogPull(CatalogFolder folder, TableSelection selection, bool prune, TextWriter error)
{
    public async Task<IReadOnlyList<ChangedFile>> RunAsync(string? connectionString, CancellationToken cancel)
    {
        IReadOnlyList<(string Path, CatalogReadResult Result)> committed = folder.Read();
        var committedTables = committed.Where(c => c.Result.File is not null).ToDictionary(c => c.Path, c => c.Result.File!.Table.Name);

        LiveCatalog live;
        await using (var connection = await SourceConnection.OpenAsync(connectionString, cancel))
            live = await CatalogIntrospection.ReadAsync(connection, relations => Choose(relations, [.. committedTables.Values]), cancel);

        var changes = new List<ChangedFile>();
        foreach (CatalogFile file in live.Files.Values.OrderBy(f => f.Table.Name.ToString(), StringComparer.Ordinal))
            changes.Add(new ChangedFile(folder.PathOf(file.Table.Name), folder.Write(file)));

        WarnOfNamesThatDifferByCase(live);
        var written = changes.Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        var existing = live.Relations.Select(r => r.QualifiedName).ToHashSet();
        foreach ((string path, CatalogReadResult result) in committed.Where(c => !written.Contains(c.Path)))
        {
            if (result.Error is { } problem)
            {
                await error.WriteLineAsync($"{path}({problem.Line}): warning: {problem.Message}");
            }
            else if (!existing.Contains(result.File!.Table.Name) && prune)
            {
                File.Delete(path);
                changes.Add(new ChangedFile(path, FileChange.Removed));
            }
            else if (!existing.Contains(result.File.Table.Name))
            {
                await error.WriteLineAsync($"{path}: warning: the database has no table {result.File.Table.Name}; --prune removes its file");
            }
        }

        return changes;
    }

    /// <summary>
    /// Without names: the ordinary and partitioned tables, and whatever has a file already, such as a partition that was
    /// named once.
    /// </summary>
    private IEnumerable<CatalogRelation> Choose(IReadOnlyList<CatalogRelation> relations, HashSet<QualifiedName> committed) =>
        selection.ChooseRelations(relations, r => r.IsPulledByDefault || committed.Contains(r.QualifiedName));

    private void WarnOfNamesThatDifferByCase(LiveCatalog live)
    {
        foreach (var same in live.Files.Keys.GroupBy(CatalogFormat.FileName, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            error.WriteLine($"warning: the files of {string.Join(" and ", same)} differ by case alone: a file system that ignores case has one of them");
    }
}
