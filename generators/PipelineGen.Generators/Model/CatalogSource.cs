using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Generators.Model;

/// <summary>One catalog file as it was read: its content or its first error.</summary>
/// <param name="Path">As the build names it; for locations only.</param>
internal sealed record CatalogSource(string Path, CatalogFile? File, CatalogFileProblem? Problem)
{
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Folder and file name, the same on every machine: <c>catalog/public.orders.pgcatalog</c>.</summary>
    public string DisplayPath
    {
        get
        {
            string folder = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path) ?? "");
            return folder.Length == 0 ? FileName : $"{folder}/{FileName}";
        }
    }
}

/// <summary>An error in a catalog file, with the line's place in its text.</summary>
/// <param name="Line">Counted from 1.</param>
internal sealed record CatalogFileProblem(string Id, int Line, int Start, int Length, string Message);

/// <summary>All catalog files of the compilation, by the file names that tables are looked for under.</summary>
internal sealed class CatalogSet : IEquatable<CatalogSet>
{
    private readonly EquatableArray<CatalogSource> _sources;
    private readonly Dictionary<string, CatalogSource> _byFileName = new(StringComparer.Ordinal);
    private readonly List<(CatalogSource Duplicate, CatalogSource First)> _duplicates = [];

    public CatalogSet(IEnumerable<CatalogSource> sources)
    {
        _sources = sources.OrderBy(static s => s.Path, StringComparer.Ordinal).ToEquatableArray();
        foreach (CatalogSource source in _sources)
        {
            if (_byFileName.TryGetValue(source.FileName, out CatalogSource? first))
                _duplicates.Add((source, first));
            else
                _byFileName.Add(source.FileName, source);
        }
    }

    public IReadOnlyList<CatalogSource> Sources => _sources;

    /// <summary>Files of one name in several folders: nothing says which of them describes the table.</summary>
    public IReadOnlyList<(CatalogSource Duplicate, CatalogSource First)> Duplicates => _duplicates;

    public CatalogSource? Find(QualifiedName table) =>
        _byFileName.TryGetValue(CatalogFormat.FileName(table), out CatalogSource? source) ? source : null;

    public bool Equals(CatalogSet? other) => other is not null && _sources.Equals(other._sources);

    public override bool Equals(object? obj) => Equals(obj as CatalogSet);

    public override int GetHashCode() => _sources.GetHashCode();
}
