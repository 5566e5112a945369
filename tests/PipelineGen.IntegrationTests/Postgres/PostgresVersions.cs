using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Postgres;

/// <summary>A server of each version that a test asks for, started at the first question and kept to the end of the collection.</summary>
public sealed class PostgresVersions : IAsyncLifetime
{
    private readonly Dictionary<int, PostgresFixture> _servers = [];

    /// <summary>The major versions on this machine, for a theory's <c>MemberData</c>.</summary>
    public static TheoryData<int> Found => [.. PostgresInstallation.Found.Select(static installation => installation.MajorVersion)];

    /// <summary>A server of one version. Tests of a collection run one after another: nobody else asks meanwhile.</summary>
    public async Task<PostgresFixture> StartedAsync(int majorVersion)
    {
        if (_servers.TryGetValue(majorVersion, out PostgresFixture? running))
            return running;
        PostgresInstallation installation = PostgresInstallation.Found.Single(i => i.MajorVersion == majorVersion);
        var server = new PostgresFixture(new ThrowawayPostgresOptions { BinaryDirectory = installation.BinaryDirectory });
        await server.InitializeAsync();
        _servers.Add(majorVersion, server);
        return server;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (PostgresFixture server in _servers.Values)
            await server.DisposeAsync();
    }
}

/// <summary>Tests that run on every version of the server that is on this machine; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresVersionsCollection : ICollectionFixture<PostgresVersions>
{
    public const string Name = "Postgres versions";
}
