namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Keys that change while some of the ranges are read and others are not (POSTGRES.md, section 2).</summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyMoveTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_moves_between_read_and_unread_ranges_takes_its_unchanged_value_along(bool leavesTheSource)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Documents);
        test.StartSlowly();
        await test.UntilRangesAsync("documents", 2);
        await using (TableGate gate = await TableGate.CloseAsync(test.Database, "documents"))
        {
            int done = test.AssertInTheMiddle("documents");
            Assert.True(done <= 8, $"{done} ranges are loaded, so that row 390 is no unread one");
            // Into a loaded range, with the body left out of the change; and out of one.
            await gate.ExecuteAsync("UPDATE documents SET id = -1 WHERE id = 390; UPDATE documents SET id = -2, title = 'moved' WHERE id = 391; UPDATE documents SET id = 1005 WHERE id = 5");
            await gate.StepAsync();
            // The target has no row to take the body from, so the stream asks the source for it, and waits for our lock.
            await Eventually.TrueAsync(
                () => test.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%found.* FROM (SELECT) one LEFT JOIN%' AND pid <> pg_backend_pid() AND wait_event_type = 'Lock')"),
                "the row is read from the source by its key",
                60);
            test.AssertInTheMiddle("documents");
            if (leavesTheSource)
                await gate.ExecuteAsync("DELETE FROM documents WHERE id IN (-1, 1005)");
            await gate.OpenAsync();
        }

        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.Equal(leavesTheSource ? "0" : "2", await test.TargetAsync("SELECT count(*) FROM documents WHERE id IN (-1, 1005) AND length(body) = 3200"));
        Assert.Equal("moved", await test.TargetAsync("SELECT title FROM documents WHERE id = -2 AND length(body) = 3200"));
        Assert.Equal("0", await test.TargetAsync("SELECT count(*) FROM documents WHERE id IN (5, 390, 391)"));
        await test.StopAsync();
    }

    [Fact]
    public async Task Keys_that_change_places_over_all_ranges_arrive_once()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Documents);
        test.StartSlowly();
        await test.UntilRangesAsync("documents", 2);
        await using (TableGate gate = await TableGate.CloseAsync(test.Database, "documents"))
        {
            test.AssertInTheMiddle("documents");
            // Every row goes to the other end of the table and half of them back again, over keys that were others' before.
            await gate.ExecuteAsync("UPDATE documents SET id = -id; UPDATE documents SET id = 401 + id; UPDATE documents SET id = 1000 - id WHERE id % 2 = 0");
            await gate.StepAsync();
            test.AssertInTheMiddle("documents");
            await gate.ExecuteAsync("UPDATE documents SET id = 1000 - id WHERE id > 600 AND id % 4 = 0");
            await gate.OpenAsync();
        }

        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.Equal("400", await test.TargetAsync("SELECT count(*) FROM documents"));
        await test.StopAsync();
    }
}
