using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PipelineGen.CodeFixes;
using PipelineGen.Generators.Analyzers;

namespace PipelineGen.Generators.Tests.Diagnostics.Fixes;

/// <summary>What the command-line compiler, which has no workspaces, makes of the two assemblies that a build hands to it.</summary>
public sealed class CompilerTests
{
    [Fact]
    public void The_assembly_of_the_fixes_has_nothing_that_the_compiler_would_load() => Assert.Empty(Load(typeof(SyntaxCodeFix).Assembly));

    [Fact]
    public void The_generators_assembly_has_the_generator_and_the_analyzer_and_no_workspaces()
    {
        Assembly assembly = typeof(PipelineGenGenerator).Assembly;

        Assert.Equal([nameof(PipelineGenGenerator), nameof(UnusedAttributeAnalyzer)], Load(assembly).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(assembly.GetReferencedAssemblies(), static name => name.Name!.Contains("Workspaces", StringComparison.Ordinal));
    }

    private static List<string> Load(Assembly assembly)
    {
        var reference = new AnalyzerFileReference(assembly.Location, new Loader());
        var failures = new List<string>();
        // An assembly without analyzers is no failure: packages of fixes are such.
        reference.AnalyzerLoadFailed += (_, failure) =>
        {
            if (failure.ErrorCode != AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers)
                failures.Add(failure.Message);
        };
        List<string> found = [.. reference.GetAnalyzersForAllLanguages().Select(static a => a.GetType().Name), .. reference.GetGeneratorsForAllLanguages().Select(static g => g.GetGeneratorType().Name)];
        Assert.Empty(failures);
        return found;
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => AppDomain.CurrentDomain.GetAssemblies().Single(a => !a.IsDynamic && a.Location == fullPath);
    }
}
