using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests;

/// <summary>What only append tables have: no key, no replica identity perhaps, and changes that they can't follow.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AppendTableTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_change_that_cannot_be_followed_stops_and_what_came_before_is_durable()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO clicks VALUES (now(), '/first', 1, 1);");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("INSERT INTO clicks VALUES (now(), '/second', 2, 2); INSERT INTO notes VALUES (1, 'before', NULL, NULL, NULL);");
        await test.Database.ExecuteAsync("UPDATE clicks SET hit = 3 WHERE page = '/second'");
        AppendOnlyException stopped = await Assert.ThrowsAsync<AppendOnlyException>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("public.clicks is compiled as an append table", stopped.Message, StringComparison.Ordinal);
        await using SqlClient sql = test.OpenTarget();
        Assert.Equal("2", (await sql.QueryAsync("SELECT count(*) FROM clicks", CancellationToken.None)).Scalar);
        Assert.Equal("before", (await sql.QueryAsync("SELECT title FROM notes WHERE id = 1", CancellationToken.None)).Scalar);
    }

    [Fact]
    public async Task Publishing_must_not_take_updates_away_from_the_source()
    {
        await using var test = await PipelineUnderTest<ClickPipeline>.CreateAsync(postgres, "ALTER TABLE clicks REPLICA IDENTITY DEFAULT; INSERT INTO clicks VALUES (now(), '/a', 1, 1);");
        test.Start();
        PreparationException refused = await Assert.ThrowsAsync<PreparationException>(() => test.Running!.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("no replica identity", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ALTER TABLE \"public\".\"clicks\" REPLICA IDENTITY FULL", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await test.Database.ScalarAsync<long>("SELECT count(*) FROM pg_publication"));
        await test.Running!.DisposeAsync();

        // A publication of inserts only is the user's word that updates are not wanted.
        await test.Database.ExecuteAsync("CREATE PUBLICATION it_clicks FOR TABLE clicks WITH (publish = 'insert, truncate', publish_via_partition_root = true)");
        test.Start();
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE clicks SET hit = 2; INSERT INTO clicks VALUES (now(), '/b', 1, 1);");
        await test.CatchUpAsync();
        await using (SqlClient sql = test.OpenTarget())
        {
            SqlResult rows = await sql.QueryAsync("SELECT page, hit FROM clicks ORDER BY page", CancellationToken.None);
            Assert.Equal(["/a 1", "/b 1"], rows.Rows.Select(static row => $"{row[0]} {row[1]}"));
        }

        await test.Database.ExecuteAsync("TRUNCATE clicks; INSERT INTO clicks VALUES (now(), '/c', 1, 1);");
        await test.AssertSameAsync();
        await test.StopAsync();
    }
}
