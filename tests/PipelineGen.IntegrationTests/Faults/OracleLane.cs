using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>A Postgres of its own for seeds that are run one after another: its restarts and crashes are nobody else's.</summary>
internal sealed class OracleLane : IAsyncDisposable
{
    private readonly ThrowawayPostgres _postgres;
    private int _databases;

    private OracleLane(ThrowawayPostgres postgres) => _postgres = postgres;

    public static async Task<OracleLane> StartAsync() => new(await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions
    {
        Settings = new Dictionary<string, string>
        {
            // The least: a transaction of some hundred rows is streamed while it runs.
            ["logical_decoding_work_mem"] = "64kB",
            ["wal_sender_timeout"] = "6s",
            ["shared_buffers"] = "48MB",
            ["autovacuum_naptime"] = "3s",
            ["deadlock_timeout"] = "100ms",
            ["max_connections"] = "60",
        },
    }));

    public Task<OracleResult> RunAsync(int seed, OracleOptions options) => new OracleRun(seed, options, TimeProvider.System).RunAsync(_postgres, $"seed_{seed}_{++_databases}");

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();
}
