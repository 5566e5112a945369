using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Snapshot;

/// <summary>Statements that move, replace or reshape the whole table, while it is copied (POSTGRES.md, F6 and F7).</summary>
[Collection(PostgresCollection.Name)]
public sealed class AlterationTests(PostgresFixture postgres)
{
    private const string Traffic = """
        UPDATE documents SET title = title || ' again' WHERE id IN (3, 395);
        DELETE FROM documents WHERE id IN (4, 396);
        INSERT INTO documents (id, title, body) VALUES (-1, 'first', 'b'), (1000, 'last', 'b');
        """;

    [Theory]
    [InlineData("VACUUM FULL documents", true)]
    [InlineData("CLUSTER documents USING documents_pkey", true)]
    [InlineData("ALTER TABLE documents ADD COLUMN later text", false)]
    [InlineData("ALTER TABLE documents ADD COLUMN later int8 DEFAULT 7", false)]
    [InlineData("ALTER TABLE documents ADD COLUMN later uuid NOT NULL DEFAULT gen_random_uuid()", true)]
    [InlineData("TRUNCATE documents", true)]
    public async Task Between_two_ranges_it_does_no_harm(string statement, bool rewrites)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Documents);
        const string file = "SELECT pg_relation_filenode('documents')::int8";
        long before = await test.Database.ScalarAsync<long>(file);
        test.StartSlowly();
        await test.UntilRangesAsync("documents", 2);
        // Waits for the chunk that is under way; the next one waits for it.
        await test.Database.ExecuteAsync(statement);
        test.AssertInTheMiddle("documents");
        await test.Database.ExecuteAsync(Traffic);
        Assert.Equal(rewrites, before != await test.Database.ScalarAsync<long>(file));
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        // And in the stream, when the copy is done.
        await test.Database.ExecuteAsync("UPDATE documents SET title = 'at last' WHERE id % 5 = 0");
        await test.AssertSameAsync();
        await test.StopAsync();
    }

    [Theory]
    [InlineData("VACUUM FULL clicks")]
    [InlineData("ALTER TABLE clicks ADD COLUMN later text")]
    [InlineData("ALTER TABLE clicks ADD COLUMN later uuid NOT NULL DEFAULT gen_random_uuid()")]
    [InlineData("TRUNCATE clicks")]
    public async Task Between_two_pieces_of_a_table_without_a_key_it_does_no_harm(string statement)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, CopyUnderTest.Clicks);
        test.StartSlowly();
        await test.UntilRangesAsync("clicks", 2);
        // It must not wait for the copy, and the copy's next piece for it.
        Task waiting = test.Database.ExecuteAsync(statement);
        await Eventually.TrueAsync(
            () => test.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'clicks'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted)"), "the statement waits for the copy");
        CopyFigures copy = test.Copy("clicks");
        Assert.InRange(copy.RangesDone, 2, copy.RangesOfAll - 1);
        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        await test.Database.ExecuteAsync("INSERT INTO clicks (at, page, weight, hit) SELECT now(), '/more', i, i FROM generate_series(1, 50) i");
        await test.AssertSameAsync();
        await test.StopAsync();
    }
}
