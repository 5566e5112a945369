namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>Databases that scripts have filled.</summary>
internal static class CatalogDatabase
{
    /// <summary>A new database, and in it what the scripts make, each in a transaction of its own: a label of an enum is used after the one that added it.</summary>
    public static async Task<TestDatabase> CreateAsync(PostgresFixture postgres, params string[] scripts)
    {
        TestDatabase database = await postgres.CreateDatabaseAsync();
        foreach (string sql in scripts)
            await database.ExecuteAsync(sql);
        return database;
    }
}
