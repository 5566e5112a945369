using System.Text;
using System.Text.RegularExpressions;
using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Running;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance;

/// <summary>The same cases against the StarRocks that <c>PIPELINEGEN_STARROCKS</c> names; skipped as one where it names none.</summary>
public sealed partial class RealStarRocksTests
{
    private const string NoCluster = "(no cluster)";

    /// <summary>The cases for the cluster's release, or for the newest one that is not newer than it.</summary>
    public static TheoryData<string> Cases
    {
        get
        {
            if (StarRocksAddress.FromEnvironment() is not { } address)
                return [NoCluster];
            string version = Release(address);
            return [.. CaseLibrary.All.Where(c => c.Where != CaseTarget.StandIn && c.Versions.Contains(version)).Select(c => $"{version} / {c}")];
        }
    }

    [RealStarRocksTheory]
    [MemberData(nameof(Cases))]
    public Task Holds(string row) =>
        CaseRunner.RunAsync(CaseLibrary.Find(row[(row.IndexOf(" / ", StringComparison.Ordinal) + 3)..]), StarRocksAddress.FromEnvironment()!, standIn: null);

    private static string Release(StarRocksAddress address)
    {
        using RawSql sql = RawSql.Connect(address.SqlHost, address.SqlPort, address.User, address.Password);
        string text = Encoding.UTF8.GetString(sql.Query("SELECT current_version()").Rows[0][0]!);
        var found = Version.Parse(Number().Match(text).Value);
        return CaseFileParser.AllVersions.LastOrDefault(v => Version.Parse(v) <= found) ?? throw new InvalidOperationException($"StarRocks {text} is older than {CaseFileParser.AllVersions[0]}");
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex Number();
}

/// <summary>A theory that needs a real StarRocks.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealStarRocksTheoryAttribute : TheoryAttribute
{
    public RealStarRocksTheoryAttribute()
    {
        if (StarRocksAddress.FromEnvironment() is null)
            Skip = $"{StarRocksAddress.Variable} names no StarRocks (http://user:password@fe:8030;sql=fe:9030).";
    }
}
