namespace PipelineGen.Cli.Ddl;

/// <summary>How a committed DDL file stands to the compiled one.</summary>
internal enum DdlState { Current, Stale, Missing, Superfluous }

/// <param name="Path">The file, relative as the user gave its folder.</param>
/// <param name="Committed">The file's text; empty when it is missing.</param>
/// <param name="Compiled">The constant's text; empty when no class has the table any more.</param>
internal sealed record DdlFile(string Path, DdlState State, string Committed, string Compiled);

/// <summary>The folder of committed DDL. A file without our first line is someone else's and is never touched.</summary>
internal sealed class DdlFolder(string folder)
{
    public IReadOnlyList<DdlFile> Compare(IReadOnlyList<GeneratedDdl> compiled)
    {
        var files = new List<DdlFile>();
        foreach (GeneratedDdl ddl in compiled)
        {
            string path = Path.Combine(folder, ddl.FileName);
            string? committed = File.Exists(path) ? File.ReadAllText(path) : null;
            if (committed is not null && !IsOurs(committed))
                throw new ToolFailure($"{path} does not begin with '{GeneratedDdl.Mark}': it is not a generated file, and its name is needed for {ddl.TypeName}");
            DdlState state = committed is null ? DdlState.Missing
                : AtomicFile.SameText(committed, ddl.Text) ? DdlState.Current
                : DdlState.Stale;
            files.Add(new DdlFile(path, state, committed ?? "", ddl.Text));
        }

        var expected = compiled.Select(d => d.FileName).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> existing = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.sql") : [];
        foreach (string path in existing.Order(StringComparer.Ordinal))
        {
            if (expected.Contains(Path.GetFileName(path)))
                continue;
            string text = File.ReadAllText(path);
            if (IsOurs(text))
                files.Add(new DdlFile(path, DdlState.Superfluous, text, ""));
        }

        return files;
    }

    public static ChangedFile Write(DdlFile file)
    {
        if (file.State != DdlState.Superfluous)
            return new ChangedFile(file.Path, AtomicFile.Write(file.Path, file.Compiled));
        File.Delete(file.Path);
        return new ChangedFile(file.Path, FileChange.Removed);
    }

    private static bool IsOurs(string text) => text.StartsWith(GeneratedDdl.Mark, StringComparison.Ordinal);
}
