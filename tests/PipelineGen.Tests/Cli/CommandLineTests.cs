using PipelineGen.Cli;

namespace PipelineGen.Tests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData("catalog pul", "pul")]
    [InlineData("catalog pull --dirr x", "--dirr")]
    [InlineData("catalog pull --table orders --connection Host=x", "--table: expected schema.name, found 'orders'")]
    [InlineData("catalog check --connection Port=x", "the connection string is not one that Npgsql reads")]
    [InlineData("ddl write", "--assembly")]
    public async Task Usage_errors_exit_with_2_and_say_what_is_wrong(string arguments, string message)
    {
        // A check reads its folder first: it must have a file for the connection to be looked at.
        string folder = Directory.CreateTempSubdirectory("pipelinegen-usage-").FullName;
        File.WriteAllText(
            Path.Combine(folder, "public.t.pgcatalog"),
            "pipelinegen-catalog 1\nserver 15 encoding=UTF8 money_fraction_digits=2\ntable public.t kind=table replica_identity=full\nend\n");
        string[] words = arguments.Split(' ');
        if (words[1] == "check")
            words = [.. words, "--dir", folder];
        var output = new StringWriter();
        var error = new StringWriter();

        int status = await PipelineGenTool.RunAsync(words, output, error);

        Assert.Equal((2, ""), (status, output.ToString()));
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Help_is_a_result()
    {
        var output = new StringWriter();
        var error = new StringWriter();

        int status = await PipelineGenTool.RunAsync(["catalog", "pull", "--help"], output, error);

        Assert.Equal((0, ""), (status, error.ToString()));
        Assert.Contains("--prune", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public.ordrs", "; did you mean public.orders?")]
    [InlineData("PUBLIC.Orders", "; did you mean public.orders?")]
    [InlineData("elsewhere", "")]
    public void Nearest_names_are_asked_for(string name, string question) =>
        Assert.Equal(question, NearestNames.Question(name, ["public.orders", "public.customers"]));
}
