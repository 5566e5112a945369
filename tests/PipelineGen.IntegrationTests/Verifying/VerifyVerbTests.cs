using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PipelineGen.Hosting;
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
        Assert.Matches(@"public\.notes +2,000 +2,000  [0-9a-f]{16}  verified", text);

        await using SqlClient sql = test.OpenTarget();
        await sql.ExecuteAsync("UPDATE notes SET title = 'other' WHERE id = 7", CancellationToken.None);
        await sql.ExecuteAsync("DELETE FROM notes WHERE id = 9", CancellationToken.None);
        (status, text) = await VerifyAsync(test, asJson: false, "notes", "public.documents");

        Assert.Equal(ExitStatus.Differences, status);
        Assert.Matches(@"public\.notes +2,000 +1,999  differs           DIFFERENT", text);
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
    public async Task An_unknown_table_is_a_usage_error_before_anything_is_connected_to()
    {
        var verb = new VerifyVerb(TestPipeline.Definition, static () => throw new InvalidOperationException("the settings were read"));

        UsageException error = await Assert.ThrowsAsync<UsageException>(() => verb.VerifyAsync(["notez"], asJson: false, TextWriter.Null, CancellationToken.None));

        Assert.Equal("pipeline it has no table 'notez'. Did you mean notes?", error.Message);
        Assert.Equal(ExitStatus.Usage, await PipelineHost.RunAsync<TestPipeline>(["verify", "public.note"]));
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static async Task<(int Status, string Text)> VerifyAsync(PipelineUnderTest<TestPipeline> test, bool asJson, params string[] tables)
    {
        using var output = new StringWriter();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(test.Settings).Build();
        var verb = new VerifyVerb(TestPipeline.Definition, () => PipelineSettings.Read(configuration, TestPipeline.Definition.Name));
        return (await verb.VerifyAsync(tables, asJson, output, CancellationToken.None), output.ToString());
    }
}
