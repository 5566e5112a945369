using PipelineGen.Cli;

namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>A folder of catalog files for one test, and the tool run on it in this process.</summary>
internal sealed class CatalogFolderUnderTest : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pipelinegen-files-").FullName;

    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(Path).Select(f => System.IO.Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public string Text(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    /// <summary>Runs <c>pipelinegen catalog VERB --connection ... --dir ...</c>.</summary>
    public Task<(int Status, string Output, string Error)> RunAsync(string verb, string connectionString, params string[] arguments) =>
        RunToolAsync([verb, "--connection", connectionString, "--dir", Path, .. arguments]);

    /// <summary>Runs <c>pipelinegen catalog ...</c>.</summary>
    public static async Task<(int Status, string Output, string Error)> RunToolAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int status = await PipelineGenTool.RunAsync(["catalog", .. arguments], output, error);
        return (status, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
