namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>The copy of a table without a key, whose one snapshot may be lost (POSTGRES.md, F12).</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedSnapshotTests(PostgresFixture postgres)
{
    /// <param name="session">What its last statement was: the holder is idle since it asked how many pages there are, a reader has read a piece and waits for its load.</param>
    [Theory]
    [InlineData("^SELECT pg_relation_size", false)]
    [InlineData("SAVEPOINT|^COPY|pg_current_wal_", true)]
    public async Task The_end_of_a_session_of_the_snapshot_loses_and_doubles_nothing(string session, bool beginsAgain)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Clicks);
        test.StartSlowly();
        await test.UntilRangesAsync("clicks", 2);
        long copied = long.Parse((await test.TargetAsync("SELECT count(*) FROM clicks"))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(copied, 1, 399);
        await test.Database.ExecuteAsync("INSERT INTO clicks SELECT now(), '/queued', i, i FROM generate_series(1, 20) i");
        await Eventually.TrueAsync(
            () => test.Database.ScalarAsync<bool>(
                $"SELECT count(pg_terminate_backend(pid)) = 1 FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_xmin IS NOT NULL AND state IN ('active', 'idle in transaction') AND query ~* '{session}' AND pid <> pg_backend_pid() LIMIT 1) one"),
            "the session is ended");
        test.AssertInTheMiddle("clicks");
        await test.Database.ExecuteAsync("INSERT INTO clicks SELECT now(), '/later', i, i FROM generate_series(1, 20) i");
        if (beginsAgain)
            await Eventually.TrueAsync(() => Task.FromResult(test.Log.Contains("public.clicks is copied again, from nothing", StringComparison.Ordinal)), "the table is copied again", 60);
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.Equal("440", await test.TargetAsync("SELECT count(*) FROM clicks"));
        // Those that read have the snapshot of their own by then, so that the one that took it may go.
        Assert.Equal(beginsAgain, test.Log.Contains("public.clicks is copied again, from nothing", StringComparison.Ordinal));
        await test.StopAsync();
    }
}
