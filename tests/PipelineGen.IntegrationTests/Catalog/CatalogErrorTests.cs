using Npgsql;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>What the tool says when it can't read; on a server of its own, since the shared one asks nobody for a password.</summary>
public class CatalogErrorTests(CatalogErrorTests.GuardedPostgres postgres) : IClassFixture<CatalogErrorTests.GuardedPostgres>
{
    [Theory]
    [InlineData("Password=secret-word", "Password=wrong-word", 1, "refused user 'postgres': password authentication failed for user \"postgres\"")]
    [InlineData("Database=postgres", "Database=nowhere", 1, "has no database 'nowhere'")]
    [InlineData("Username=postgres", "Username=guest", 1, "lacks a right on")]
    [InlineData("Database=postgres", "Database=postgres", 1, "no tables found: the database has none outside of system schemas and extensions")]
    [InlineData("Port=", "Port=1;Tag=", 2, "the connection string is not one that Npgsql reads")]
    [InlineData("Port=", "Port=1", 1, "cannot connect to 127.0.0.1:1")]
    public async Task Errors_are_one_line_without_the_password(string good, string bad, int expected, string message)
    {
        string connection = postgres.ConnectionString.Replace(bad == "Port=1" ? $"Port={postgres.Port}" : good, bad, StringComparison.Ordinal);
        using var folder = new CatalogFolderUnderTest();

        (int status, string output, string error) = await folder.RunAsync("pull", connection);

        Assert.Equal((expected, ""), (status, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.DoesNotContain("-word", error, StringComparison.Ordinal);
    }

    /// <summary>A server that lets nobody in without a password, and a guest who may not enter its database.</summary>
    public sealed class GuardedPostgres : IAsyncLifetime
    {
        private ThrowawayPostgres? _server;

        public int Port => _server!.Port;

        public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=postgres;Username=postgres;Password=secret-word;Pooling=false;Timeout=20";

        public async Task InitializeAsync()
        {
            _server = await ThrowawayPostgres.CreateAsync(new ThrowawayPostgresOptions { Password = "secret-word" });
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC; CREATE ROLE guest LOGIN PASSWORD 'secret-word'", connection);
            await command.ExecuteNonQueryAsync();
        }

        public async Task DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }
}
