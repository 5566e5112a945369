using System.Diagnostics;
using System.Text;

namespace PipelineGen.IntegrationTests.Aot;

/// <summary>A program that was run to its end, and all that it printed.</summary>
internal sealed record FinishedProcess(int ExitCode, string Output)
{
    /// <summary>Runs the program with both outputs together, and ends it with its children at the limit.</summary>
    public static async Task<FinishedProcess> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The test host runs inside a build: what that build set for its own tools is not meant for another.
        foreach (string name in start.Environment.Keys.Where(static k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            lock (output)
                throw new TimeoutException($"{Path.GetFileName(program)} did not end within {limit}:{Environment.NewLine}{output}");
        }

        lock (output)
            return new FinishedProcess(process.ExitCode, output.ToString());

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
    }
}
