namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>The copy of a table without a key, whose one snapshot may be lost (POSTGRES.md, F12).</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedSnapshotTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_end_of_the_session_that_holds_the_snapshot_begins_the_copy_again()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Clicks);
        test.StartSlowly();
        await test.UntilRangesAsync("clicks", 2);
        long copied = long.Parse((await test.TargetAsync("SELECT count(*) FROM clicks"))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(copied, 1, 399);
        await test.Database.ExecuteAsync("INSERT INTO clicks SELECT now(), '/queued', i, i FROM generate_series(1, 20) i");
        // The holder is idle since its last question, how many pages there are.
        long ended = await test.Database.ScalarAsync<long>(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%pg_relation_size%'");
        Assert.Equal(1, ended);
        await test.Database.ExecuteAsync("INSERT INTO clicks SELECT now(), '/later', i, i FROM generate_series(1, 20) i");
        await Eventually.TrueAsync(() => Task.FromResult(test.Log.Contains("public.clicks is copied again, from nothing", StringComparison.Ordinal)), "the table is copied again", 60);
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.Equal("440", await test.TargetAsync("SELECT count(*) FROM clicks"));
        await test.StopAsync();
    }
}
