using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using PipelineGen.Cli.Catalog;
using PipelineGen.Cli.Ddl;
using PipelineGen.Cli.StarRocks;

namespace PipelineGen.Cli;

/// <summary>The <c>pipelinegen</c> command line: parses it, runs one verb, and turns its end into an exit status.</summary>
internal static class PipelineGenTool
{
    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Print the stack trace of a failure.",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancel = default)
    {
        // Not a RootCommand: that takes its name from the assembly, which is not what a user types.
        var root = new Command("pipelinegen", "Pipelines from PostgreSQL to StarRocks: the catalog files and the DDL that a repository keeps.")
        {
            new HelpOption(),
            new VersionOption(),
            Verbose,
            CatalogCommands.Create(),
            DdlCommands.Create(),
            StarRocksCommands.Create(),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError problem in parsed.Errors)
                await error.WriteLineAsync($"pipelinegen: {problem.Message}");
            await error.WriteLineAsync($"pipelinegen: see `{CommandPath(parsed.CommandResult)} --help`");
            return ExitStatus.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null, // signals are Program's, so that a verb that ends well exits with 0
                },
                cancel);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("pipelinegen: stopped");
            return ExitStatus.Failed;
        }
        catch (Exception e)
        {
            // Only a ToolFailure's text is known to be one line that helps; of others it is the best there is.
            await error.WriteLineAsync($"pipelinegen: {OneLine(e.Message)}");
            if (parsed.GetValue(Verbose))
                await error.WriteLineAsync(e.ToString());
            return e is ToolFailure failure ? failure.ExitStatus : ExitStatus.Failed;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();

    private static string CommandPath(CommandResult command) => command.Parent is CommandResult parent
        ? $"{CommandPath(parent)} {command.Command.Name}"
        : command.Command.Name;
}
