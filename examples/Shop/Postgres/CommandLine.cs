using System.Diagnostics;

namespace Shop.Postgres;

/// <summary>Runs one program to its end and keeps what it printed.</summary>
internal static class CommandLine
{
    /// <summary>What a program left: its status, and its output and errors together.</summary>
    internal sealed record Outcome(int ExitCode, string Output);

    /// <summary>Runs a program without a shell. On cancellation it is killed with its children.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program isn't there.</exception>
    public static async Task<Outcome> RunAsync(IReadOnlyList<string> command, string workingDirectory, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = Describe(command, workingDirectory);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new Outcome(process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The start of a program whose standard input is ours and whose environment has no Postgres settings of the caller.</summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, string workingDirectory)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = workingDirectory, RedirectStandardInput = true, UseShellExecute = false };
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        return start;
    }

    /// <summary>The full path of a program on PATH or in the usual system folders, null when it is in none.</summary>
    public static string? Find(string program)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }
}
