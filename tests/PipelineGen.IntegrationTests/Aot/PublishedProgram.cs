using System.Reflection;
using System.Runtime.CompilerServices;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Aot;

/// <summary>tests/PipelineGen.AotSmoke, published ahead of time into a folder of its own: once, and only when a test asks.</summary>
public sealed class PublishedProgram : IDisposable
{
    private const string Name = "PipelineGen.AotSmoke";
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipelinegen-aot-");
    private readonly Lazy<Task<FinishedProcess>> _publish;

    public PublishedProgram() => _publish = new Lazy<Task<FinishedProcess>>(PublishAsync);

    /// <summary>The native executable, once <see cref="PublishOutputAsync"/> has ended.</summary>
    internal string Executable => Path.Combine(_folder.FullName, Name);

    internal static string ProjectFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", Name));

    /// <summary>What the publish printed, after it has succeeded.</summary>
    internal async Task<string> PublishOutputAsync()
    {
        FinishedProcess publish = await _publish.Value;
        Assert.True(publish.ExitCode == 0, $"dotnet publish ended with {publish.ExitCode}:{Environment.NewLine}{publish.Output}");
        return publish.Output;
    }

    internal async Task<FinishedProcess> RunAsync(params string[] arguments)
    {
        await PublishOutputAsync();
        return await FinishedProcess.RunAsync(Executable, arguments, TimeSpan.FromMinutes(2));
    }

    /// <summary>A pipeline of the program as it was compiled, from the assembly that the native code was made of.</summary>
    internal async Task<PipelineDefinition> DefinitionAsync(string pipeline)
    {
        string built = (await PublishOutputAsync()).Split('\n').Select(static l => l.Trim())
            .Single(static l => l.StartsWith($"{Name} -> ", StringComparison.Ordinal) && l.EndsWith(".dll", StringComparison.Ordinal))[$"{Name} -> ".Length..];
        Type type = Assembly.LoadFrom(built).GetType($"{Name}.{pipeline}", throwOnError: true)!;
        return (PipelineDefinition)type.GetProperty(nameof(IPipeline.Definition), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private Task<FinishedProcess> PublishAsync() => FinishedProcess.RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        ["publish", ProjectFolder, "-c", "Release", "-o", _folder.FullName, "--disable-build-servers", "-nodeReuse:false", "-v:minimal"],
        PublishLimit);
}
