using Spectre.Console;

namespace PipelineGen.Cli;

/// <summary>What people read. Colour only on a terminal; elsewhere a line is never broken.</summary>
internal static class TerminalOutput
{
    private const int Unbroken = 100_000;

    public static IAnsiConsole On(TextWriter output)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
            console.Profile.Width = Unbroken;
        return console;
    }

    /// <summary>Names, comments and defaults come from the database: they may break lines, or steer a terminal.</summary>
    public static string OneLine(string text) => string.Concat(
        text.ReplaceLineEndings("\\n").Select(c => char.IsControl(c) ? $"\\u{{{(int)c:x}}}" : c.ToString()));
}
