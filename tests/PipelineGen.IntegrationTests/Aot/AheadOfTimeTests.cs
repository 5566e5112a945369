using PipelineGen.LocalStarRocks;
using PipelineGen.Pipeline;
using PipelineGen.Rows;
using PipelineGen.StarRocks;
using Xunit.Abstractions;

namespace PipelineGen.IntegrationTests.Aot;

/// <summary>A pipeline as native code: it compiles without a warning, and does what the managed one does.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AheadOfTimeTests(PostgresFixture postgres, PublishedProgram program, ITestOutputHelper log) : IClassFixture<PublishedProgram>
{
    /// <summary>20 MB when it was written; a framework that gets linked in by accident is more than the margin.</summary>
    private const long LargestExecutable = 32 * 1024 * 1024;

    [AheadOfTimeFact]
    public async Task It_is_published_without_a_warning_and_stays_small()
    {
        string output = await program.PublishOutputAsync();
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Generating native code", output, StringComparison.Ordinal);
        long size = new FileInfo(program.Executable).Length;
        log.WriteLine($"{program.Executable}: {size:N0} bytes");
        Assert.InRange(size, 1024 * 1024, LargestExecutable);
    }

    [AheadOfTimeFact]
    public async Task It_decodes_and_encodes_every_type()
    {
        FinishedProcess run = await program.RunAsync();
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("expectations met.", run.Output, StringComparison.Ordinal);
    }

    [AheadOfTimeFact]
    public Task It_streams_binary() => StreamAsync("binary", "BinaryPipeline");

    [AheadOfTimeFact]
    public Task It_streams_text() => StreamAsync("text", "TextPipeline");

    private async Task StreamAsync(string mode, string pipeline)
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(await SqlAsync("schema.sql"));
        await using LocalStarRocksServer target = await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions());
        string[] run =
        [
            mode, "run", "--until-caught-up", $"--Source:ConnectionString={database.ConnectionString}", $"--Source:Slot=slot_{database.Name}",
            $"--StarRocks:LoadUrl={target.LoadUrl}", $"--StarRocks:QueryEndpoint={target.QueryEndpoint}", $"--StarRocks:User={target.User}",
            $"--StarRocks:Password={target.Password}", "--StarRocks:Database=aot", $"--Source:WireFormat={mode}", "--Pipeline:FlushInterval=50ms", "--Pipeline:HeartbeatInterval=200ms",
        ];
        // The first run copies the empty tables, so what the second one brings comes through the stream.
        await SucceedAsync(run);
        await database.ExecuteAsync(await SqlAsync("rows.sql"));
        await SucceedAsync(run);

        PipelineDefinition definition = await program.DefinitionAsync(pipeline);
        await using var sql = new SqlClient(new StarRocksOptions
        {
            LoadUrls = [target.LoadUrl], QueryEndpoint = target.QueryEndpoint, Database = "aot", User = target.User, Password = target.Password,
        });
        int tables = 0;
        await foreach (TableVerification table in new PipelineGen.Pipeline.Verification(definition, database.ConnectionString, sql).RunAsync([], CancellationToken.None))
        {
            tables++;
            Assert.True(table.IsVerified, $"{table.Table}: {string.Join("; ", table.Differences)}");
            Assert.Equal(2, table.TargetRows);
        }

        Assert.Equal(definition.Tables.Count, tables);
    }

    private async Task SucceedAsync(string[] arguments)
    {
        FinishedProcess run = await program.RunAsync(arguments);
        log.WriteLine(run.Output);
        Assert.True(run.ExitCode == 0, $"the program ended with {run.ExitCode}:{Environment.NewLine}{run.Output}");
    }

    private static Task<string> SqlAsync(string file) => File.ReadAllTextAsync(Path.Combine(PublishedProgram.ProjectFolder, file));
}
