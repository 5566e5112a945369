using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>A commit that the stream delivers in the middle of a table's copy, and that no snapshot sees yet (POSTGRES.md, F2).</summary>
public sealed class VisibilityTests
{
    [Fact]
    public async Task A_commit_that_waits_for_a_standby_holds_up_the_unread_ranges_of_its_table_and_nothing_else()
    {
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(own, CopyUnderTest.Notes + "INSERT INTO documents SELECT i, 't', 'b', NULL, NULL FROM generate_series(1, 30) i;");
            await SynchronousReplication.BeginWaitingAsync(own.Server, test.Database);
            test.StartSlowly(("Source:ConnectionString", test.Database.ConnectionString + ";Options=-c synchronous_commit=local"));
            await test.UntilRangesAsync("notes", 2);
            Task stuck = test.Database.ExecuteAsync("UPDATE notes SET title = 'stuck' WHERE id = 399; INSERT INTO notes VALUES (5000, 'stuck', NULL, 1, NULL)");
            await Eventually.TrueAsync(() => SynchronousReplication.IsWaitingAsync(test.Database), "the commit waits for a standby");
            Assert.Equal(0, await test.Database.ScalarAsync<long>("SELECT count(*) FROM notes WHERE title = 'stuck'"));
            await Eventually.TrueAsync(() => Task.FromResult(test.Running!.Progress.Transactions >= 1), "the stream delivers it");

            // Another table is copied meanwhile, by the only worker, and a range that was loaded before follows the stream.
            await Eventually.TrueAsync(() => Task.FromResult(test.Table("documents").Phase is TablePhase.CatchingUp or TablePhase.Streaming), "another table is copied", 60);
            int done = test.AssertInTheMiddle("notes");
            await test.Database.ExecuteAsync("SET synchronous_commit = local; UPDATE notes SET title = 'goes on' WHERE id = 1; UPDATE documents SET title = 'goes on' WHERE id = 1");
            await test.UntilTargetAsync("SELECT title FROM notes WHERE id = 1", "goes on");
            await test.UntilTargetAsync("SELECT title FROM documents WHERE id = 1", "goes on");
            Assert.Equal(done, test.Copy("notes").RangesDone);
            Assert.Equal("0", await test.TargetAsync("SELECT count(*) FROM notes WHERE id IN (399, 5000)"));
            Assert.False(stuck.IsCompleted);

            await SynchronousReplication.EndWaitingAsync(own.Server);
            await stuck;
            test.Target.Faults.SlowAnswers = TimeSpan.Zero;
            await test.AssertSameAsync();
            Assert.Equal("2", await test.TargetAsync("SELECT count(*) FROM notes WHERE title = 'stuck'"));
            await test.StopAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }
}
