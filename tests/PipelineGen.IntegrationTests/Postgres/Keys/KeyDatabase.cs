using Npgsql;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>A database of a locale and encoding of the test's choice, with <see cref="KeyTable.Types"/>.</summary>
internal static class KeyDatabase
{
    private static int _count;

    /// <param name="options">Of CREATE DATABASE.</param>
    public static async Task<TestDatabase> CreateAsync(PostgresFixture postgres, string options)
    {
        string name = $"keys_{Interlocked.Increment(ref _count)}";
        await using (var connection = new NpgsqlConnection(postgres.Server.ConnectionString))
        {
            await connection.OpenAsync();
            await KeyAgreement.ExecuteAsync(connection, $"CREATE DATABASE {name} TEMPLATE template0 {options}");
        }

        var database = new TestDatabase(postgres.Server, name);
        string types = KeyTable.Types;
        // Not every encoding has an É.
        if (!options.Contains("UTF8", StringComparison.Ordinal))
            types = types.Replace("Émue", "Emue", StringComparison.Ordinal);
        await database.ExecuteAsync(types);
        return database;
    }
}
