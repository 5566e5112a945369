using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Running;

namespace PipelineGen.IntegrationTests.Conformance;

/// <summary>The cases against the stand-in, one row a case. Each release is a class of its own so that they run side by side.</summary>
public abstract class ConformanceTests(string version) : IAsyncLifetime
{
    private static readonly Dictionary<string, Task<StandIn>> Shared = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, CasesAhead> Ahead = new(StringComparer.Ordinal);

    [Fact]
    public void There_are_cases() => Assert.True(Rows(version).Count > 300, $"{Rows(version).Count} cases");

    public Task InitializeAsync() => ServerAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>The names of a release's cases, with the release in front.</summary>
    protected static TheoryData<string> Rows(string version) =>
        [.. CaseLibrary.All.Where(c => c.Where != CaseTarget.Real && c.Versions.Contains(version)).Select(c => $"{version} / {c}")];

    private protected async Task RunAsync(string row)
    {
        ConformanceCase found = CaseLibrary.Find(row[(version.Length + 3)..]);
        if (found.NeedsOwnServer)
        {
            await using StandIn own = await StandIn.StartAsync(version, new ManualClock());
            await CaseRunner.RunAsync(found, own.Address, own);
            return;
        }

        StandIn shared = await ServerAsync();
        if (CasesAhead.Concerns(found))
        {
            await RanAhead(shared).EndOf(found);
            return;
        }

        await CaseRunner.RunAsync(found, shared.Address, shared);
    }

    private CasesAhead RanAhead(StandIn shared)
    {
        lock (Ahead)
        {
            if (!Ahead.TryGetValue(version, out CasesAhead? ahead))
                Ahead.Add(version, ahead = new CasesAhead(CaseLibrary.All.Where(c => c.Where != CaseTarget.Real && c.Versions.Contains(version)), shared));
            return ahead;
        }
    }

    /// <summary>One server a release for as long as the tests run; it ends with their process.</summary>
    private Task<StandIn> ServerAsync()
    {
        lock (Shared)
        {
            if (!Shared.TryGetValue(version, out Task<StandIn>? server))
                Shared.Add(version, server = StandIn.StartAsync(version));
            return server;
        }
    }
}

public sealed class Conformance33Tests() : ConformanceTests(Version)
{
    private const string Version = "3.3";

    public static TheoryData<string> Cases => Rows(Version);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Holds(string row) => RunAsync(row);
}

public sealed class Conformance35Tests() : ConformanceTests(Version)
{
    private const string Version = "3.5";

    public static TheoryData<string> Cases => Rows(Version);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Holds(string row) => RunAsync(row);
}

public sealed class Conformance40Tests() : ConformanceTests(Version)
{
    private const string Version = "4.0";

    public static TheoryData<string> Cases => Rows(Version);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Holds(string row) => RunAsync(row);
}

public sealed class Conformance41Tests() : ConformanceTests(Version)
{
    private const string Version = "4.1";

    public static TheoryData<string> Cases => Rows(Version);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Holds(string row) => RunAsync(row);
}
