using System.Globalization;
using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests;

/// <summary>
/// Rows with values that their table can't hold, from a real server: each source row is in its table, exactly, or in
/// quarantine, and never in both.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class QuarantineTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("binary", "table")]
    [InlineData("text", "transaction")]
    public async Task Snapshot_and_stream_keep_every_row_in_one_place(string wireFormat, string consistency)
    {
        await using var test = await CreateAsync(
            "INSERT INTO fruits VALUES ('a', 'apple', 'x'), ('b', 'a name that is too long', 'x'), ('pineapple', 'short', 'x'), ('pineapple2', 'a name that is too long', 'x'), ('e', 'elder', NULL);" +
            "INSERT INTO tags VALUES ('red'), ('a label that is too long'), ('a label that is too long'), ('blue');" +
            (consistency == "transaction" ? "ALTER TABLE fruits REPLICA IDENTITY FULL;" : ""));
        (string, string)[] settings = [("Source:WireFormat", wireFormat), ("StarRocks:Consistency", consistency)];
        test.Start(settings);
        await AssertExactAsync(test, "after the snapshot");
        Assert.Equal(5, test.Running!.Progress.Quarantined);
        Assert.Equal((3, 2), (test.Running.Progress.Tables[0].Quarantined, test.Running.Progress.Tables[1].Quarantined));

        await test.Database.ExecuteAsync(
            "INSERT INTO fruits VALUES ('f', 'a fig that is too long', NULL), ('g', 'grape', NULL);" +
            "UPDATE fruits SET name = 'berry' WHERE id = 'b'; UPDATE fruits SET name = 'an apple that is too long' WHERE id = 'a';" +
            "INSERT INTO tags VALUES ('green'), ('another label that is too long')");
        await AssertExactAsync(test, "after inserts and updates");
        // Keys that move from good to bad, from bad to good, and among the bad.
        await test.Database.ExecuteAsync(
            "UPDATE fruits SET id = 'grapefruit' WHERE id = 'g'; UPDATE fruits SET id = 'p' WHERE id = 'pineapple'; UPDATE fruits SET id = 'pineapple3' WHERE id = 'pineapple2';" +
            "UPDATE fruits SET id = 'a2' WHERE id = 'a'; DELETE FROM fruits WHERE id = 'f'");
        await AssertExactAsync(test, "after key changes");
        await test.StopAsync();

        await test.Database.ExecuteAsync("UPDATE fruits SET name = 'apple' WHERE id = 'a2'; DELETE FROM fruits WHERE id = 'grapefruit'; INSERT INTO fruits VALUES ('h', 'a hazelnut, no fruit', NULL)");
        test.Start(settings);
        await AssertExactAsync(test, "after a restart");
        await test.Database.ExecuteAsync("TRUNCATE fruits, tags; INSERT INTO fruits VALUES ('i', 'another name too long', NULL), ('j', 'juice', NULL); INSERT INTO tags VALUES ('after')");
        await AssertExactAsync(test, "after TRUNCATE");
        Assert.Equal(1, test.Running!.Progress.Quarantined);
        await test.StopAsync();
    }

    [Fact]
    public async Task A_large_value_that_an_update_leaves_out_comes_with_the_row_that_leaves_the_quarantine()
    {
        await using var test = await CreateAsync("INSERT INTO fruits SELECT i::text, 'a name that is too long', repeat(i::text, 4000) FROM generate_series(1, 3) i;");
        test.Start();
        await AssertExactAsync(test, "after the snapshot");
        await test.Database.ExecuteAsync("UPDATE fruits SET name = 'good' WHERE id = '1'; UPDATE fruits SET name = 'still a name that is too long' WHERE id = '2'; UPDATE fruits SET name = 'good' WHERE id = '3'");
        await test.Database.ExecuteAsync("UPDATE fruits SET name = 'better' WHERE id IN ('1', '2'); UPDATE fruits SET name = 'a bad name that is too long' WHERE id = '3'");
        await AssertExactAsync(test, "after updates that leave the body out");
        await test.Database.ExecuteAsync("UPDATE fruits SET name = 'x' WHERE id = '3'; DELETE FROM fruits WHERE id = '3'");
        await AssertExactAsync(test, "after a row that was gone when it was asked for");
        await test.StopAsync();
    }

    [Fact]
    public async Task A_table_of_rejected_rows_only_is_copied_and_status_tells_of_it()
    {
        await using var test = await CreateAsync("INSERT INTO fruits SELECT 'fruit_' || i, 'name', NULL FROM generate_series(1000, 1999) i; INSERT INTO tags SELECT 'a label that is too long' FROM generate_series(1, 10);");
        test.Start();
        await AssertExactAsync(test, "after the snapshot");
        await test.StopAsync();
        await using PipelineProcess status = PipelineProcess.StartSelf("status", test.Settings, "--json");
        Assert.True(await status.ExitAsync() == 0, status.Errors);
        await Eventually.TrueAsync(() => Task.FromResult(status.Output.Contains("\"rows_quarantined\": 1000", StringComparison.Ordinal) && status.Output.Contains("\"rows_quarantined\": 10\n", StringComparison.Ordinal)), status.Output, 5);
    }

    [Fact]
    public async Task More_rows_than_allowed_stop_the_copy_and_the_stream()
    {
        await using var test = await CreateAsync("INSERT INTO fruits SELECT i::text, 'a name that is too long', NULL FROM generate_series(1, 20) i;");
        test.Start(("Pipeline:MaxQuarantinedRows", "10"));
        QuarantineLimitException stopped = await Assert.ThrowsAsync<QuarantineLimitException>(() => test.Running!.Completion.WaitAsync(Limit));
        Assert.Contains("public.fruits, column name (text -> VARCHAR(10)): more than 10 rows", stopped.Message, StringComparison.Ordinal);
        await test.Running!.DisposeAsync();

        test.Start(("Pipeline:MaxQuarantinedRows", "20"));
        await AssertExactAsync(test, "with a higher limit");
        await test.Database.ExecuteAsync("UPDATE fruits SET name = 'good' WHERE id = '7'; INSERT INTO fruits VALUES ('z', 'a name that is too long', NULL)");
        await AssertExactAsync(test, "one for another");
        await test.Database.ExecuteAsync("INSERT INTO fruits VALUES ('y', 'fine', NULL)");
        await test.Database.ExecuteAsync("INSERT INTO fruits VALUES ('x', 'a name that is too long', NULL)");
        await Assert.ThrowsAsync<QuarantineLimitException>(() => test.Running!.Completion.WaitAsync(Limit));
        // What came before is durable.
        await using SqlClient sql = test.OpenTarget();
        Assert.Equal("fine", (await sql.QueryAsync("SELECT name FROM fruits WHERE id = 'y'", CancellationToken.None)).Scalar);
    }

    [Theory]
    [InlineData(1, "table")]
    [InlineData(2, "table")]
    [InlineData(3, "transaction")]
    public async Task Sigkill_at_any_moment_leaves_no_row_in_both_places_and_none_in_neither(int seed, string consistency)
    {
        await using var test = await CreateAsync(
            "INSERT INTO fruits SELECT i::text, CASE WHEN i % 3 = 0 THEN 'a name that is too long' ELSE 'name' END, repeat('x', 3000) FROM generate_series(1, 3000) i;" +
            "INSERT INTO tags SELECT CASE WHEN i % 2 = 0 THEN 'a label that is too long' ELSE i::text END FROM generate_series(1, 2000) i;" +
            (consistency == "transaction" ? "ALTER TABLE fruits REPLICA IDENTITY FULL;" : ""));
        Dictionary<string, string?> settings = test.Settings;
        settings["StarRocks:Consistency"] = consistency;
        var random = new Random(seed);
        using var stop = new CancellationTokenSource();
        Task writing = WriteAsync(test.Database, new Random(seed + 100), stop.Token);
        for (int kills = 0; kills < 6; kills++)
        {
            await using PipelineProcess process = PipelineProcess.StartSelf("run", settings);
            // The first kills fall into the start and the copy, the later ones into the stream.
            if (kills >= 2)
                await Eventually.TrueAsync(() => Task.FromResult(process.HasExited || process.Errors.Contains("streaming from", StringComparison.Ordinal)), "it streams", 60);
            await Task.Delay(random.Next(200, 2000));
            Assert.False(process.HasExited, $"seed {seed}, after {kills} kills: {process.Errors}");
            await process.KillAsync();
        }

        await stop.CancelAsync();
        await writing;
        await using (PipelineProcess last = PipelineProcess.StartSelf("run", settings, "--until-caught-up"))
            Assert.True(await last.ExitAsync() == 0, last.Errors);
        await AssertExactAsync(test, $"seed {seed}, {consistency}");
    }

    /// <summary>Rows that become good and bad, move, go and come, with and without their large value.</summary>
    private static async Task WriteAsync(TestDatabase database, Random random, CancellationToken stop)
    {
        string[] names = ["'good'", "'better'", "'a name that is too long'", "'another name that is too long'"];
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string id = random.Next(1, 3200).ToString(CultureInfo.InvariantCulture);
            string name = names[random.Next(names.Length)];
            await database.ExecuteAsync(random.Next(8) switch
            {
                0 => $"DELETE FROM fruits WHERE id = '{id}'",
                1 or 2 => $"INSERT INTO fruits VALUES ('{id}', {name}, repeat('y', 3000)) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body",
                3 => $"UPDATE fruits SET id = '{(random.Next(2) == 0 ? "a_key_that_is_too_long_" : "k")}{i}' WHERE id = '{id}'",
                4 => $"INSERT INTO tags VALUES ({(random.Next(2) == 0 ? "'a label that is too long'" : "'ok'")})",
                _ => $"UPDATE fruits SET name = {name} WHERE id IN ('{id}', '{random.Next(1, 3200)}')",
            });
        }
    }

    private async Task<PipelineUnderTest<QuarantinePipeline>> CreateAsync(string sql) =>
        await PipelineUnderTest<QuarantinePipeline>.CreateAsync(postgres, QuarantinePipeline.Schema + sql, version: "4.1");

    /// <summary>The invariant, computed from the source by Postgres itself.</summary>
    private static async Task AssertExactAsync(PipelineUnderTest<QuarantinePipeline> test, string when)
    {
        if (test.Running is not null)
            await test.CatchUpAsync();
        await using SqlClient sql = test.OpenTarget();
        const string Bad = "octet_length(id) > 8 OR octet_length(name) > 10";
        AssertSame(
            await SourceAsync(test, $"SELECT id || '|' || name || '|' || coalesce(md5(body), 'NULL') FROM fruits WHERE NOT ({Bad}) ORDER BY id COLLATE \"C\""),
            await TargetAsync(sql, "SELECT id, name, body FROM fruits", static row => $"{row[0]}|{row[1]}|{(row[2] is { } body ? Md5(body) : "NULL")}"), when + ": fruits");
        AssertSame(
            await SourceAsync(test, $"SELECT '{{\"id\":\"' || id || '\"}}|' || CASE WHEN octet_length(id) > 8 THEN 'id|' || id ELSE 'name|' || name END FROM fruits WHERE {Bad} ORDER BY id COLLATE \"C\""),
            await TargetAsync(sql, "SELECT row_key, column_name, value FROM _pipelinegen_quarantine WHERE source_table = 'public.fruits'", static row => $"{row[0]}|{row[1]}|{row[2]}"), when + ": quarantined fruits");
        AssertSame(
            await SourceAsync(test, "SELECT label FROM tags WHERE octet_length(label) <= 10"), await TargetAsync(sql, "SELECT label FROM tags", static row => row[0]!), when + ": tags");
        AssertSame(
            await SourceAsync(test, "SELECT label FROM tags WHERE octet_length(label) > 10"),
            await TargetAsync(sql, "SELECT value FROM _pipelinegen_quarantine WHERE source_table = 'public.tags'", static row => row[0]!), when + ": quarantined tags");
    }

    private static void AssertSame(string[] expected, string[] actual, string what) =>
        Assert.True(expected.SequenceEqual(actual), $"{what}: missing {string.Join(", ", expected.Except(actual).Take(5))}; surplus {string.Join(", ", actual.Except(expected).Take(5))}; {expected.Length} expected, {actual.Length} there");

    private static async Task<string[]> SourceAsync(PipelineUnderTest<QuarantinePipeline> test, string sql) =>
        [.. (await test.Database.ScalarAsync<string[]>($"SELECT coalesce(array_agg(v), '{{}}') FROM ({sql}) s (v)")).Order(StringComparer.Ordinal)];

    private static async Task<string[]> TargetAsync(SqlClient sql, string query, Func<SqlRow, string> describe) =>
        [.. (await sql.QueryAsync(query, CancellationToken.None)).Rows.Select(describe).Order(StringComparer.Ordinal)];

    private static string Md5(string text) =>
#pragma warning disable CA5351 // The digest that Postgres has; nobody's secret depends on it.
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
