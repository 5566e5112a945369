using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>Which tables a pull takes.</summary>
/// <param name="Schemas">Only these schemas' tables, when any is given.</param>
/// <param name="Tables">These tables; alone when no schema is given.</param>
internal sealed record PullSelection(IReadOnlyList<string> Schemas, IReadOnlyList<QualifiedName> Tables);

/// <summary><c>pipelinegen catalog pull</c>: writes the files of the chosen tables, touching only those that changed.</summary>
internal sealed class CatalogPull(CatalogFolder folder, PullSelection selection, bool prune, TextWriter error)
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
    private IEnumerable<CatalogRelation> Choose(IReadOnlyList<CatalogRelation> relations, HashSet<QualifiedName> committed)
    {
        var byName = relations.ToDictionary(r => r.QualifiedName);
        foreach (QualifiedName table in selection.Tables)
        {
            if (!byName.ContainsKey(table))
            {
                throw new ToolFailure($"the database has no table {CatalogFormat.WriteName(table)}"
                    + NearestNames.Question(CatalogFormat.WriteName(table), byName.Keys.Select(CatalogFormat.WriteName)));
            }
        }

        foreach (string schema in selection.Schemas)
        {
            if (relations.All(r => r.Schema != schema))
            {
                throw new ToolFailure($"the database has no schema '{schema}' with tables"
                    + NearestNames.Question(schema, relations.Select(r => r.Schema).Distinct()));
            }
        }

        bool bySelection = selection.Schemas.Count > 0 || selection.Tables.Count == 0;
        CatalogRelation[] chosen = relations.Where(r => selection.Tables.Contains(r.QualifiedName)
            || (bySelection
                && (selection.Schemas.Count == 0 || selection.Schemas.Contains(r.Schema))
                && (r.IsPulledByDefault || committed.Contains(r.QualifiedName)))).ToArray();
        return chosen.Length > 0
            ? chosen
            : throw new ToolFailure("no tables found: the database has none outside of system schemas and extensions");
    }

    private void WarnOfNamesThatDifferByCase(LiveCatalog live)
    {
        foreach (var same in live.Files.Keys.GroupBy(CatalogFormat.FileName, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            error.WriteLine($"warning: the files of {string.Join(" and ", same)} differ by case alone: a file system that ignores case has one of them");
    }
}
