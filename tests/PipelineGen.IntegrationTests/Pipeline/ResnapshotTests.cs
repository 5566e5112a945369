using PipelineGen.Hosting;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests;

/// <summary>Tables that are copied while the others stream: again by the verb, or because they are new in the pipeline.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ResnapshotTests(PostgresFixture postgres)
{
    private const string Rows = """
        INSERT INTO notes SELECT i, 't', repeat('x', 3000), i, NULL FROM generate_series(1, 300) i;
        INSERT INTO documents SELECT i, 't', 'b', NULL, NULL FROM generate_series(1, 100) i;
        INSERT INTO clicks SELECT now(), 'p', 1, i FROM generate_series(1, 500) i;
        """;

    [Theory]
    [InlineData("table")]
    [InlineData("transaction")]
    public async Task A_table_is_copied_again_while_writers_write_and_the_others_stream_on(string consistency)
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows + (consistency == "table" ? "" : FullIdentity), version: "4.1");
        test.Start(("StarRocks:Consistency", consistency));
        await test.CatchUpAsync();
        await SpoilAsync(test, "DELETE FROM notes WHERE id BETWEEN 10 AND 20", "UPDATE notes SET title = 'spoilt' WHERE id = 30", "INSERT INTO clicks SELECT * FROM clicks LIMIT 5");

        var workload = new RandomWorkload(test.Database.ConnectionString, 51);
        Task writing = workload.RunAsync(150);
        Assert.Equal(0, await RunVerbAsync(test, "resnapshot", "notes", "public.clicks", "--yes"));
        await Eventually.TrueAsync(async () => await ScalarAsync(test, "SELECT count(*) FROM `_pipelinegen_progress` WHERE `item` LIKE 'request%'") == "0", "the wishes are fulfilled", 60);
        await writing;
        await test.AssertSameAsync();
        TableProgress notes = test.Running!.Progress.Tables.Single(static t => t.Table == "public.notes");
        Assert.True(notes.Copy.RangesDone > 1, $"{notes}");
        Assert.Equal(TablePhase.Streaming, notes.Phase);
    }

    [Fact]
    public async Task A_wish_that_nobody_runs_for_is_fulfilled_at_the_next_start()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, Rows);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await SpoilAsync(test, "DELETE FROM notes WHERE id = 7");
        Assert.Equal(0, await RunVerbAsync(test, "resnapshot", "notes", "--yes"));
        test.Start();
        await Eventually.TrueAsync(async () => await ScalarAsync(test, "SELECT count(*) FROM `notes` WHERE `id` = 7") == "1", "the table is copied again");
        await test.AssertSameAsync();
        await test.StopAsync();
        // Once.
        string? copied = await ScalarAsync(test, NotesRow);
        test.Start();
        await test.AssertSameAsync();
        Assert.Equal(copied, await ScalarAsync(test, NotesRow));
    }

    [Fact]
    public async Task What_can_not_be_copied_again_is_said_before_anything_is_done()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres);
        Assert.Equal(2, await RunVerbAsync(test, "resnapshot", "nots", "--yes"));
        Assert.Equal(2, await RunVerbAsync(test, "resnapshot"));
        Assert.Equal(1, await RunVerbAsync(test, "resnapshot", "notes", "--yes"));
    }

    [Fact]
    public async Task A_table_that_is_new_in_the_pipeline_joins_it_while_the_others_stream()
    {
        await using var few = await PipelineUnderTest<FewTables>.CreateAsync(postgres, Rows);
        few.Start();
        await few.CatchUpAsync();
        await few.StopAsync();
        await few.Database.ExecuteAsync("UPDATE notes SET title = 'while it was down' WHERE id < 50; UPDATE documents SET title = 'and this' WHERE id < 50");

        await using var all = new RunningPipeline(NewEngine<TestPipeline>(few), untilCaughtUp: false);
        var workload = new RandomWorkload(few.Database.ConnectionString, 61);
        await workload.RunAsync(100);
        await all.WaitUntilCaughtUpAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(6, await few.Database.ScalarAsync<long>("SELECT count(*) FROM pg_publication_tables WHERE pubname = 'it'"));
        await using SqlClient sql = few.OpenTarget();
        await foreach (TableVerification table in new PipelineGen.Pipeline.Verification(TestPipeline.Definition, few.Database.ConnectionString, sql).RunAsync([], CancellationToken.None))
            Assert.True(table.IsVerified, $"{table.Table}: {string.Join("; ", table.Differences)}");
        // The first table was not copied again.
        Assert.Equal(0, all.Progress.Tables.Single(static t => t.Table == "public.notes").Copy.RowsOfElapsed);
        await all.StopAsync();
    }

    private const string NotesRow = "SELECT `content` FROM `_pipelinegen_progress` WHERE `item` LIKE 'table%' AND `content` LIKE '%public.notes%'";

    private static readonly string FullIdentity = string.Concat(((string[])["notes", "documents", "readings", "archive"]).Select(static t => $"ALTER TABLE {t} REPLICA IDENTITY FULL;")) +
        "DO $$ DECLARE p regclass; BEGIN FOR p IN SELECT relid FROM pg_partition_tree('events') LOOP EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', p); END LOOP; END $$;";

    /// <summary>The pipeline <c>it</c> before most of its tables were compiled into it.</summary>
    private sealed class FewTables : IPipeline
    {
        public static PipelineDefinition Definition { get; } = new("it", [TableCodec.For<Note>()]);
    }

    private static PipelineEngine NewEngine<TPipeline>(PipelineUnderTest<FewTables> test)
        where TPipeline : IPipeline
    {
        Microsoft.Extensions.Configuration.IConfiguration configuration = Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions
            .AddInMemoryCollection(new Microsoft.Extensions.Configuration.ConfigurationBuilder(), test.Settings).Build();
        (PipelineOptions options, StarRocksOptions target) = PipelineSettings.Read(configuration, TPipeline.Definition.Name);
        return new PipelineEngine(TPipeline.Definition, options, target, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
    }

    private static Task<int> RunVerbAsync(PipelineUnderTest<TestPipeline> test, params string[] words) =>
        PipelineHost.RunAsync<TestPipeline>([.. words, .. test.Settings.Select(static s => $"--{s.Key}={s.Value}")]);

    private static async Task SpoilAsync<TPipeline>(PipelineUnderTest<TPipeline> test, params string[] statements)
        where TPipeline : IPipeline
    {
        await using SqlClient sql = test.OpenTarget();
        foreach (string statement in statements)
            await sql.ExecuteAsync(statement, CancellationToken.None);
    }

    private static async Task<string?> ScalarAsync<TPipeline>(PipelineUnderTest<TPipeline> test, string sql)
        where TPipeline : IPipeline
    {
        await using SqlClient client = test.OpenTarget();
        return (await client.QueryAsync(sql, CancellationToken.None)).Scalar;
    }
}
