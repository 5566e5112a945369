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

    public FileChange Write(CatalogFile file) => AtomicFile.Write(PathOf(file.Table.Name), CatalogFormat.Write(file));
}
