using PipelineGen.Hosting;
using PipelineGen.Tests.Pipeline;

namespace PipelineGen.Tests.Hosting;

/// <summary>The exit statuses of ARCHITECTURE.md, section 3, as far as no server is needed. The console is the process's: one at a time.</summary>
[CollectionDefinition("Console", DisableParallelization = true)]
public sealed class ConsoleCollection;

[Collection("Console")]
public class PipelineHostTests
{
    private const string Secret = "s3cret-w0rd";

    private static readonly string[] Source = [$"--Source:ConnectionString=Host=127.0.0.1;Port=1;Password={Secret};Timeout=1"];
    private static readonly string[] Target = ["--StarRocks:LoadUrl=http://127.0.0.1:1", "--StarRocks:QueryEndpoint=127.0.0.1:1", $"--StarRocks:Password={Secret}"];

    public static TheoryData<string[], string> UsageErrors => new()
    {
        { ["fly"], "fly" },
        { ["run", "--fast"], "--fast" },
        { ["check", "--json", "extra"], "extra" },
        { ["ddl"], "" },
        { [], "Source:ConnectionString is not set" },
        { ["run"], "Source:ConnectionString is not set" },
        { ["check"], "Source:ConnectionString is not set" },
        { ["status", "--json"], "Source:ConnectionString is not set" },
        { ["ddl", "plan", .. Source], "StarRocks:LoadUrl is not set" },
        { ["check", .. Source, .. Target, "--Pipeline:FlushInterval=never"], "Pipeline:FlushInterval is 'never'" },
        { ["check", .. Source, .. Target, "--Source:Slott=a"], "Did you mean Source:Slot?" },
        { ["run", .. Source, .. Target, "--Source:Slot=Bad-Name"], "Source:Slot: 'Bad-Name'" },
    };

    [Theory]
    [MemberData(nameof(UsageErrors))]
    public async Task Usage_errors_exit_2_and_say_why_on_stderr(string[] args, string said)
    {
        (int status, string output, string error) = await RunAsync(args);
        Assert.Equal(2, status);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Print_needs_no_settings_and_writes_the_statements()
    {
        (int status, string output, string error) = await RunAsync("ddl", "print");
        Assert.Equal((0, ""), (status, error));
        Assert.Equal(3, output.Split("CREATE TABLE").Length - 1);
        Assert.Equal(3, output.Split(";\n").Length - 1);
    }

    [Fact]
    public async Task Help_exits_0_and_names_every_setting()
    {
        (int status, string output, _) = await RunAsync("--help");
        Assert.Equal(0, status);
        Assert.All(PipelineSettings.Keys, key => Assert.Contains(key.Name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_and_a_target_that_are_not_there_fail_without_their_secrets()
    {
        (int status, string output, string error) = await RunAsync(["check", .. Source, .. Target]);
        Assert.Equal(3, status);
        Assert.Contains("127.0.0.1:1", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_inside_another_program_is_told_the_same()
    {
        var error = Assert.Throws<SettingsException>(() => PipelineHost.Start<TestPipeline>([new("Source:ConnectionString", "Host=db")]));
        Assert.StartsWith("StarRocks:LoadUrl is not set", error.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(params string[] args)
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        var printed = new StringWriter();
        var said = new StringWriter();
        Console.SetOut(printed);
        Console.SetError(said);
        try
        {
            int status = await PipelineHost.RunAsync<TestPipeline>(args);
            return (status, printed.ToString().ReplaceLineEndings("\n"), said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
