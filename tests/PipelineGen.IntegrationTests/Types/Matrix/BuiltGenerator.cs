using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>
/// The generator as the compiler loads it: from its own folder, with the netstandard2.0 build of PipelineGen.Schema beside it, apart
/// from the one that this program has. This project's build builds it first, as its analyzer.
/// </summary>
internal static class BuiltGenerator
{
    private static readonly Assembly Loaded = new Folder(Path()).LoadFromAssemblyName(new AssemblyName("PipelineGen.Generators"));

    public static ISourceGenerator Create() =>
        ((IIncrementalGenerator)Activator.CreateInstance(Loaded.GetType("PipelineGen.Generators.PipelineGenGenerator", throwOnError: true)!)!).AsSourceGenerator();

    private static string Path([CallerFilePath] string file = "")
    {
        // bin/<configuration>/net10.0/
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(file, "..", "..", "..", "..", "..", "generators", "PipelineGen.Generators", "bin", configuration, "netstandard2.0"));
    }

    /// <summary>Whatever is not in the folder, Roslyn above all, is shared.</summary>
    private sealed class Folder(string path) : AssemblyLoadContext("generator")
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            System.IO.Path.Combine(path, assemblyName.Name + ".dll") is var file && assemblyName.Name!.StartsWith("PipelineGen.", StringComparison.Ordinal) && File.Exists(file)
                ? LoadFromAssemblyPath(file)
                : null;
    }
}
