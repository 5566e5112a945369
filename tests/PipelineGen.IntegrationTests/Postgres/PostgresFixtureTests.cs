namespace PipelineGen.IntegrationTests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_test_has_a_database_of_its_own()
    {
        await using TestDatabase first = await postgres.CreateDatabaseAsync("CREATE TABLE t (a int)");
        await using TestDatabase second = await postgres.CreateDatabaseAsync("CREATE TABLE t (a int)");
        await first.ExecuteAsync("INSERT INTO t VALUES (1)");

        Assert.NotEqual(first.Name, second.Name);
        Assert.Equal(1, await first.ScalarAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(0, await second.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_database_goes_with_its_slots()
    {
        TestDatabase database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')");

        await database.DisposeAsync();

        await using TestDatabase other = await postgres.CreateDatabaseAsync();
        Assert.Equal(0, await other.ScalarAsync<long>("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'left_behind'"));
        Assert.Equal(0, await other.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{database.Name}'"));
    }
}
