namespace PipelineGen.Tests.Architecture;

/// <summary>The files of the checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Every project file, with its path from the root in slashes.</summary>
    public static IEnumerable<ProjectFile> Projects() =>
        Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories).Where(IsSource)
            .Select(static file => ProjectFile.Parse(System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))
            .OrderBy(static project => project.Name, StringComparer.Ordinal);

    /// <summary>Every C# file below a folder, with its path from the root in slashes.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(params string[] folder) =>
        Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories).Where(IsSource)
            .Select(static file => (System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllText(file)));

    private static bool IsSource(string file) =>
        !System.IO.Path.GetRelativePath(Root, file).Split(System.IO.Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "PipelineGen.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"no PipelineGen.sln above {AppContext.BaseDirectory}");
    }
}
