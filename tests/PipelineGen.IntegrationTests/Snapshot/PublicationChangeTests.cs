using PipelineGen.Pipeline;
using PipelineGen.Postgres;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>A publication that somebody changes under a running pipeline: an error that says so, or no harm.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PublicationChangeTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("ALTER PUBLICATION it DROP TABLE notes", "does not publish \"public\".\"notes\"")]
    [InlineData("ALTER PUBLICATION it SET (publish = 'insert')", "does not publish every operation")]
    [InlineData("ALTER PUBLICATION it SET TABLE notes WHERE (id > 5), documents, readings, archive, events, clicks", "filters the rows of \"public\".\"notes\"")]
    [InlineData("ALTER PUBLICATION it SET TABLE notes (id, title), documents, readings, archive, events, clicks", "leaves out column body of \"public\".\"notes\"")]
    [InlineData("ALTER PUBLICATION it SET (publish_via_partition_root = false)", "publish")]
    [InlineData("DROP PUBLICATION it", "was dropped while the pipeline ran")]
    public async Task What_it_leaves_out_ends_the_pipeline(string statement, string reason)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes VALUES (10, 'one', NULL, 1, NULL);");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync(statement);
        // Whether it ends at a look at the publication or at a change that does not fit any more.
        Exception stopped = await Assert.ThrowsAnyAsync<Exception>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(stopped is SourceException or SchemaDriftException, stopped.ToString());
        Assert.Contains(reason, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_more_does_no_harm()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Notes + "CREATE TABLE more (id int8 PRIMARY KEY, other text);");
        test.StartSlowly();
        await test.UntilRangesAsync("notes", 2);
        await test.Database.ExecuteAsync("ALTER PUBLICATION it ADD TABLE more");
        test.AssertInTheMiddle("notes");
        await test.Database.ExecuteAsync("INSERT INTO more SELECT i, 'x' FROM generate_series(1, 100) i; UPDATE notes SET title = 'changed' WHERE id % 3 = 0; TRUNCATE more; INSERT INTO more VALUES (1, 'y')");
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        await test.StopAsync();
        test.Start();
        await test.Database.ExecuteAsync("UPDATE more SET other = 'z'; UPDATE notes SET title = 'once more' WHERE id % 4 = 0");
        await test.AssertSameAsync();
        await test.StopAsync();
    }

    [Fact]
    public async Task A_table_that_was_taken_out_while_the_pipeline_was_down_must_be_copied_again()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes VALUES (10, 'one', NULL, 1, NULL);");
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await test.Database.ExecuteAsync("ALTER PUBLICATION it DROP TABLE notes");
        await test.Database.ExecuteAsync("INSERT INTO notes VALUES (11, 'is in no stream', NULL, 1, NULL)");
        test.Start();
        PreparationException refused = await test.FailsAsync<PreparationException>();
        Assert.Contains("resnapshot public.notes", refused.Message, StringComparison.Ordinal);
        await test.ForgetAsync();
    }
}
