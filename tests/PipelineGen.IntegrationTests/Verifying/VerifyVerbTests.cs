using System.Text.Json;
using PipelineGen.Hosting;
using PipelineGen.Pipeline;
using PipelineGen.StarRocks;

namespace PipelineGen.IntegrationTests.Verifying;

/// <summary>The verb <c>verify</c>: what it prints, and its exit status.</summary>
[Collection(PostgresCollection.Name)]
public sealed class VerifyVerbTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Same_tables_are_verified_and_the_first_differences_shown()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, """
            INSERT INTO notes SELECT i, 'title ' || i, NULL, i, now() FROM generate_series(1, 2000) i;
            INSERT INTO documents VALUES (1, 't', '', NULL, '\x'), (2, 't', '', NULL, NULL);
            """);
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();

        (int status, string text) = await VerifyAsync(test, asJson: false);
        Assert.True(status == ExitStatus.Fine, text);
        Assert.Equal(6, text.Split('\n').Count(static line => line.TrimEnd().EndsWith("  verified", StringComparison.Ordinal)));
        Assert.Matches(@"public\.notes +2,000 +2,000  [0-9a-f]{16} +1  verified", text);

        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("UPDATE notes SET title = 'other' WHERE id = 7", CancellationToken.None);
        await sql.ExecuteAsync("DELETE FROM notes WHERE id = 9", CancellationToken.None);
        (status, text) = await VerifyAsync(test, asJson: false, "notes", "public.documents");

        Assert.Equal(ExitStatus.Differences, status);
        Assert.Matches(@"public\.notes +2,000 +1,999  differs +1  DIFFERENT", text);
        Assert.Contains("2 rows differ", text, StringComparison.Ordinal);
        Assert.Contains("  id=7: title is 'title 7' in PostgreSQL and 'other' in StarRocks", text, StringComparison.Ordinal);
        Assert.Contains("  id=9: missing in StarRocks", text, StringComparison.Ordinal);
        Assert.DoesNotContain("archive", text, StringComparison.Ordinal);

        (status, text) = await VerifyAsync(test, asJson: true, "notes");
        Assert.Equal(ExitStatus.Differences, status);
        JsonElement json = JsonDocument.Parse(text).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        JsonElement notes = Assert.Single(json.GetProperty("tables").EnumerateArray());
        Assert.Equal(2, notes.GetProperty("different_rows").GetInt64());
        JsonElement first = notes.GetProperty("differences")[0];
        Assert.Equal(("value", "id=7", "title", "title 7", "other"), (Text(first, "kind"), Text(first, "key"), Text(first, "column"), Text(first, "source"), Text(first, "target")));
        Assert.Equal("missing", Text(notes.GetProperty("differences")[1], "kind"));
    }

    [Fact]
    public async Task A_stopped_pipeline_with_lag_is_told_and_no_result()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes SELECT i, 'title ' || i, NULL, i, now() FROM generate_series(1, 100) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        // WAL that is none of the pipeline's: its position stays behind, and nothing is missing.
        await test.Database.ExecuteAsync("CREATE TABLE other AS SELECT i FROM generate_series(1, 5000) i; SELECT pg_switch_wal(); CHECKPOINT");
        (int status, string text) = await VerifyAsync(test, asJson: false);
        Assert.True(status == ExitStatus.Fine, text);

        await test.Database.ExecuteAsync("UPDATE notes SET title = 'later' WHERE id = 7");
        PipelineStandsException failure = await Assert.ThrowsAsync<PipelineStandsException>(() => VerifyAsync(test, asJson: false, "notes"));

        Assert.Contains("no pipeline runs", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Start it", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Failed, await VerbFailure.GuardAsync(() => Task.FromException<int>(failure)));
        Assert.Equal($"error: {failure.Message}", VerbFailure.Describe(failure));

        test.Start();
        await test.CatchUpAsync();
        (status, text) = await VerifyAsync(test, asJson: false, "notes");
        Assert.True(status == ExitStatus.Fine, text);
    }

    [Fact]
    public async Task A_position_that_stands_still_under_a_running_pipeline_ends_the_wait()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes VALUES (1, 'one', NULL, 1, now());");
        test.Start(("Pipeline:HeartbeatInterval", "1h"), ("Pipeline:FlushInterval", "1h"));
        await test.CatchUpAsync();
        await test.Database.ExecuteAsync("UPDATE notes SET title = 'later'");

        PipelineStandsException failure = await Assert.ThrowsAsync<PipelineStandsException>(
            () => VerifyRun.RunAsync(test, new VerifyRequest(["notes"]) { Wait = TimeSpan.FromSeconds(1) }));

        Assert.Contains("the pipeline's position has not moved for 1 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_not_copied_is_told_as_that()
    {
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, "INSERT INTO notes SELECT i, 'title ' || i, NULL, i, now() FROM generate_series(1, 100) i;");
        test.Start();
        await test.CatchUpAsync();
        await test.StopAsync();
        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("DELETE FROM _pipelinegen_progress WHERE content LIKE '%public.notes%' AND item <> 'position'", CancellationToken.None);

        (int status, string text) = await VerifyAsync(test, asJson: false);
        Assert.Equal(ExitStatus.Differences, status);
        Assert.Matches(@"public\.notes +0 +0  - +0  NOT COPIED YET", text);
        Assert.DoesNotContain("rows differ", text, StringComparison.Ordinal);

        (_, text) = await VerifyAsync(test, asJson: true, "notes");
        JsonElement notes = Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("tables").EnumerateArray());
        Assert.False(notes.GetProperty("copied").GetBoolean());
        Assert.False(notes.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_table_is_a_usage_error_before_anything_is_connected_to()
    {
        var verb = new VerifyVerb(TestPipeline.Definition, static () => throw new InvalidOperationException("the settings were read"));

        UsageException error = await Assert.ThrowsAsync<UsageException>(() => verb.VerifyAsync(new VerifyRequest(["notez"]), TextWriter.Null, CancellationToken.None));

        Assert.Equal("pipeline it has no table 'notez'. Did you mean notes?", error.Message);
        Assert.Equal(ExitStatus.Usage, await PipelineHost.RunAsync<TestPipeline>(["verify", "public.note"]));
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static Task<(int Status, string Text)> VerifyAsync(PipelineUnderTest<TestPipeline> test, bool asJson, params string[] tables) =>
        VerifyRun.RunAsync(test, new VerifyRequest(tables) { AsJson = asJson });
}
