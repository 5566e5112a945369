using PipelineGen.IntegrationTests.Conformance.Format;

namespace PipelineGen.IntegrationTests.Conformance;

/// <summary>All case files beside the test assembly.</summary>
internal static class CaseLibrary
{
    private static readonly Lazy<IReadOnlyList<ConformanceCase>> Lazily = new(Read);

    public static IReadOnlyList<ConformanceCase> All => Lazily.Value;

    public static ConformanceCase Find(string name) => All.Single(c => c.ToString() == name);

    private static List<ConformanceCase> Read()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Conformance", "Cases");
        var cases = new List<ConformanceCase>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.cases").Order(StringComparer.Ordinal))
            cases.AddRange(CaseFileParser.Parse(Path.GetFileName(file), File.ReadAllText(file)));
        return cases;
    }
}
