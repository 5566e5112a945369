using System.Runtime.CompilerServices;

namespace PipelineGen.Generators.Tests.Harness;

/// <summary>
/// Compares generated files with committed ones beside the test, under Verify's names:
/// <c>Class.Method#File.verified.cs</c>. Real Verify with <c>-p:UpstreamPackages=true</c>; else the comparison below.
/// </summary>
internal static class Snapshot
{
    private const string AcceptVariable = "PIPELINEGEN_ACCEPT_SNAPSHOTS";

    /// <summary>Whether what comes out becomes what is expected.</summary>
    public static bool IsAccepted => Environment.GetEnvironmentVariable(AcceptVariable) == "1";

#if UPSTREAM_PACKAGES
    public static async Task Verify(IReadOnlyDictionary<string, string> files, [CallerFilePath] string testFile = "", [CallerMemberName] string method = "")
    {
        _ = method;
        await VerifyXunit.Verifier.Verify(
            files.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => new VerifyTests.Target("cs", f.Value, Path.GetFileNameWithoutExtension(f.Key))),
            sourceFile: testFile);
    }
#else
    public static async Task Verify(IReadOnlyDictionary<string, string> files, [CallerFilePath] string testFile = "", [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(testFile)!, $"{Path.GetFileNameWithoutExtension(testFile)}.{method}");
        var problems = new List<string>();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, string text) in files.OrderBy(static f => f.Key, StringComparer.Ordinal))
        {
            string verified = $"{stem}#{Path.GetFileNameWithoutExtension(name)}.verified.cs";
            expected.Add(verified);
            if (await SnapshotFile.CompareAsync(verified, text, IsAccepted) is { } problem)
                problems.Add(problem);
        }

        string[] orphans = Directory.GetFiles(Path.GetDirectoryName(testFile)!, Path.GetFileName(stem) + "#*.verified.cs");
        problems.AddRange(orphans.Where(o => !expected.Contains(o)).Select(static o => $"{o}: nothing generates it any more; delete it"));
        if (problems.Count > 0)
            Assert.Fail(string.Join("\n\n", problems) + $"\n\nTo accept: copy *.received.cs over *.verified.cs, or run with {AcceptVariable}=1.");
    }
#endif
}
