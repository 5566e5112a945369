using PipelineGen.Schema.Catalog;

namespace PipelineGen.Cli.Catalog;

/// <summary>The folder of committed catalog files.</summary>
internal sealed class CatalogFolder(string path)
{
    public string PathOf(QualifiedName table) => Path.Combine(path, CatalogFormat.FileName(table));

    /// <summary>Every catalog file of the folder, by path, with what reading it gave.</summary>
    public IReadOnlyList<(string Path, CatalogReadResult Result)> Read()
    {
        if (!Directory.Exists(path))
            return [];
        return Directory.EnumerateFiles(path, "*" + CatalogFormat.FileExtension)
            .Order(StringComparer.Ordinal)
            .Select(file => (file, CatalogFormat.Read(File.ReadAllText(file))))
            .ToArray();
    }

    /// <summary>What every catalog file of the folder says.</summary>
    /// <param name="name">The folder as the user knows it.</param>
    /// <exception cref="ToolFailure">There is no file, or one of them can't be read.</exception>
    public IReadOnlyList<CatalogFile> ReadAll(string name)
    {
        IReadOnlyList<(string Path, CatalogReadResult Result)> committed = Read();
        if (committed.Count == 0)
            throw new ToolFailure($"'{name}' has no {CatalogFormat.FileExtension} file: run `pipelinegen catalog pull`, or give --dir");
        foreach ((string file, CatalogReadResult result) in committed)
        {
            if (result.Error is { } problem)
                throw new ToolFailure($"{file}({problem.Line}): {problem.Message}");
        }

        return committed.Select(c => c.Result.File!).ToArray();
    }

    public FileChange Write(CatalogFile file) => AtomicFile.Write(PathOf(file.Table.Name), CatalogFormat.Write(file));
}
