using Npgsql;

namespace PipelineGen.IntegrationTests.Postgres;

/// <summary>Several large transactions at once, and spill files that can't be made.</summary>
[Collection(PostgresCollection.Name)]
public sealed class StreamingSpillTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Large_transactions_beside_each_other_and_small_ones_between(string encryption)
    {
        await using StreamedPipeline pipeline = await StreamedPipeline.StartAsync(postgres, settings: ("Pipeline:SpillEncryption", encryption));
        var open = new List<NpgsqlConnection>();
        for (int i = 0; i < 6; i++)
            open.Add(await pipeline.BeginAsync($"{Rows.Notes(i * 100_000, 3000)}; {Rows.Documents(i * 1000, 20)}"));
        await pipeline.UntilSpilledAsync(6);
        await pipeline.Test.Database.ExecuteAsync(string.Concat(Enumerable.Range(0, 20).Select(static i => $"BEGIN; {Rows.Notes(900_000 + i, 1)}; UPDATE notes SET amount = {i} WHERE id = 900000; COMMIT;")));
        // While they are open, what is committed is not held back.
        await Eventually.TrueAsync(async () => { await pipeline.Test.CatchUpAsync(); return true; }, "the small ones are there");
        Assert.Equal(6, pipeline.SpillFiles.Length);
        for (int i = 0; i < open.Count; i++)
            await StreamedPipeline.ExecuteAsync(open[i], $"UPDATE notes SET title = title || '!' WHERE id BETWEEN {i * 100_000} AND {i * 100_000 + 50_000}");
        foreach (int i in (int[])[4, 1, 5, 0])
            await StreamedPipeline.ExecuteAsync(open[i], "COMMIT");
        foreach (int i in (int[])[2, 3])
            await StreamedPipeline.ExecuteAsync(open[i], "ROLLBACK");
        await pipeline.UntilSpilledAsync(0);
        foreach (NpgsqlConnection connection in open)
            await connection.DisposeAsync();
        await pipeline.AssertSameAsync();
    }

    [Fact]
    public async Task A_stop_with_a_transaction_open_and_a_start_bring_it_whole()
    {
        await using StreamedPipeline pipeline = await StreamedPipeline.StartAsync(postgres);
        await using NpgsqlConnection connection = await pipeline.BeginAsync(Rows.Notes(1, 3000));
        await pipeline.UntilSpilledAsync(1);
        await pipeline.Test.Database.ExecuteAsync(Rows.Documents(1, 3));
        await pipeline.Test.CatchUpAsync();
        await pipeline.Test.StopAsync();
        Assert.Empty(pipeline.SpillFiles);
        await StreamedPipeline.ExecuteAsync(connection, Rows.Notes(5000, 3000));
        pipeline.Test.Start();
        await pipeline.Test.CatchUpAsync();
        await StreamedPipeline.ExecuteAsync(connection, $"{Rows.Notes(10_000, 3000)}; COMMIT");
        await pipeline.AssertSameAsync();
    }

    [Fact]
    public async Task Where_no_spill_file_can_be_made_Postgres_keeps_large_transactions()
    {
        string file = Path.GetTempFileName();
        try
        {
            await using StreamedPipeline pipeline = await StreamedPipeline.StartAsync(postgres, spillFolder: Path.Combine(file, "no folder"));
            await pipeline.Test.Database.ExecuteAsync($"BEGIN; {Rows.Notes(1, 5000)}; SAVEPOINT a; {Rows.Notes(8000, 100)}; ROLLBACK TO a; COMMIT; {Rows.Documents(1, 5)}");
            await pipeline.AssertSameAsync();
            Assert.True(await pipeline.StreamedTransactionsAsync() > 0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task With_streaming_off_the_server_streams_nothing()
    {
        await using StreamedPipeline pipeline = await StreamedPipeline.StartAsync(postgres, settings: ("Source:Streaming", "off"));
        await pipeline.Test.Database.ExecuteAsync($"BEGIN; {Rows.Notes(1, 5000)}; COMMIT");
        await pipeline.AssertSameAsync();
        Assert.Equal(0, await pipeline.StreamedTransactionsAsync());
    }
}

/// <summary>Statements that insert so much that it is streamed.</summary>
internal static class Rows
{
    public static string Notes(int from, int count) => $"INSERT INTO notes SELECT i, 'title ' || i, repeat('x', 200), i, now() FROM generate_series({from}, {from + count - 1}) i";

    public static string Documents(int from, int count) => $"INSERT INTO documents SELECT i, 't' || i, repeat('large ', 1000) || i, '{{}}', NULL FROM generate_series({from}, {from + count - 1}) i";
}
