namespace PipelineGen.Tests.Architecture;

/// <summary>The arrows of ARCHITECTURE.md, section 2.</summary>
internal static class Arrows
{
    private const string Generators = "PipelineGen.Generators";

    /// <summary>Which of our projects a project of src and generators may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["PipelineGen.Schema"] = [],
        [Generators] = ["PipelineGen.Schema"],
        ["PipelineGen.CodeFixes"] = [],
        ["PipelineGen"] = ["PipelineGen.Schema"],
        ["PipelineGen.LocalStarRocks"] = ["PipelineGen.Schema"],
        ["PipelineGen.Cli"] = ["PipelineGen.Schema", "PipelineGen", "PipelineGen.LocalStarRocks"],
    };

    /// <summary>Packages, by the beginning of their names, with the only projects that may reference them.</summary>
    private static readonly (string Prefix, Func<string, bool> MayReference)[] Packages =
    [
        ("Dapper", static p => p == "PipelineGen.Cli"),
        ("Spectre.Console", static p => p == "PipelineGen.Cli"),
        ("Microsoft.Data.Sqlite", static p => p == "PipelineGen.LocalStarRocks"),
        ("SQLitePCLRaw", static p => p == "PipelineGen.LocalStarRocks"),
        // The type matrix of the integration tests runs the generator and compiles what it emits.
        ("Microsoft.CodeAnalysis", static p => p.StartsWith(Generators, StringComparison.Ordinal) || p is "PipelineGen.CodeFixes" or "PipelineGen.IntegrationTests"),
        // The command-line compiler has no workspaces: a generator that needs them would not run.
        ("Microsoft.CodeAnalysis.CSharp.Workspaces", static p => p is "PipelineGen.CodeFixes" or "PipelineGen.Generators.Tests"),
        ("Scriban", static p => p.StartsWith(Generators, StringComparison.Ordinal)),
        // Cli reads catalogs with it; examples and tests talk to Postgres.
        ("Npgsql", static p => p is "PipelineGen" or "PipelineGen.Cli" || !p.StartsWith("PipelineGen", StringComparison.Ordinal) || IsTest(p)),
    ];

    /// <summary>What breaks the arrows; one line each.</summary>
    public static IEnumerable<string> Broken(IEnumerable<ProjectFile> projects)
    {
        foreach (ProjectFile project in projects)
        {
            if (Allowed.TryGetValue(project.Name, out string[]? allowed))
            {
                foreach (string reference in project.Projects.Except(allowed))
                    yield return $"{project.Name} -> {reference}";
            }

            if (project.Name == "PipelineGen.Schema")
            {
                foreach (string package in project.Packages)
                    yield return $"{project.Name} -> package {package}: the core has no dependencies";
            }

            foreach (string package in project.Packages)
            {
                foreach ((string prefix, Func<string, bool> mayReference) in Packages)
                {
                    if (package.StartsWith(prefix, StringComparison.Ordinal) && !mayReference(project.Name))
                        yield return $"{project.Name} -> package {package}";
                }
            }
        }
    }

    private static bool IsTest(string project) => project.EndsWith("Tests", StringComparison.Ordinal) || project is "PipelineGen.AotSmoke" or "PipelineGen.Benchmarks";
}
