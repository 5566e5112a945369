using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>A TRUNCATE that one range's snapshot has seen and another's has not.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TruncateBetweenRangesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_table_is_copied_again_and_the_others_stream_on()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Documents + "INSERT INTO notes VALUES (1, 'copied', NULL, 1, NULL);");
        test.StartSlowly();
        await test.UntilRangesAsync("documents", 2);
        await using (TableGate gate = await TableGate.CloseAsync(test.Database, "documents"))
        {
            int done = test.AssertInTheMiddle("documents");
            // The stream must not hear of it before the next range's snapshot is taken.
            int walsender = await test.WalSenderAsync();
            await CopyUnderTest.SignalAsync(walsender, "STOP");
            try
            {
                await gate.ExecuteAsync("TRUNCATE documents; INSERT INTO documents SELECT i, 'new ' || i, repeat('n', 3000), NULL, NULL FROM generate_series(200, 1000) i");
                while (test.Copy("documents").RangesDone == done)
                    await gate.StepAsync();
                Assert.Equal("0", await test.TargetAsync("SELECT count(*) FROM documents WHERE id < 40 AND title LIKE 'new %'"));
                Assert.NotEqual("0", await test.TargetAsync("SELECT count(*) FROM documents WHERE title LIKE 'new %'"));
            }
            finally
            {
                await CopyUnderTest.SignalAsync(walsender, "CONT");
            }

            await gate.OpenAsync();
        }

        await Eventually.TrueAsync(() => Task.FromResult(test.Log.Contains("public.documents is copied again, from nothing", StringComparison.Ordinal)), "the table is copied again", 60);
        await test.Database.ExecuteAsync("UPDATE notes SET title = 'streams on' WHERE id = 1");
        await test.UntilTargetAsync("SELECT title FROM notes WHERE id = 1", "streams on");
        Assert.NotEqual(TablePhase.Streaming, test.Table("documents").Phase);
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.Equal("801", await test.TargetAsync("SELECT count(*) FROM documents"));
        await test.StopAsync();
    }
}
