using Npgsql;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests;

/// <summary>One throwaway server for a collection of tests; each test makes itself a database.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly ThrowawayPostgresOptions _options;
    private ThrowawayPostgres? _server;
    private int _databases;

    public PostgresFixture()
        : this(new ThrowawayPostgresOptions())
    {
    }

    internal PostgresFixture(ThrowawayPostgresOptions options) => _options = options;

    public ThrowawayPostgres Server => _server ?? throw new InvalidOperationException("The fixture has not started.");

    public async Task InitializeAsync() => _server = await ThrowawayPostgres.CreateAsync(_options);

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>An empty database, and in it what the statements make.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(string? sql = null)
    {
        string name = $"test_{Interlocked.Increment(ref _databases)}";
        await using (var connection = new NpgsqlConnection(Server.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
            await create.ExecuteNonQueryAsync();
        }

        var database = new TestDatabase(Server, name);
        if (sql is not null)
            await database.ExecuteAsync(sql);
        return database;
    }
}

/// <summary>Tests that share the server of one <see cref="PostgresFixture"/>; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "Postgres";
}
