using System.Diagnostics;
using System.Text;

namespace PipelineGen.IntegrationTests;

/// <summary>The Shop's executable as a process of its own: what can be killed.</summary>
internal sealed class PipelineProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private PipelineProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public bool HasExited => _process.HasExited;

    public static PipelineProcess Start(string verb, IEnumerable<KeyValuePair<string, string?>> settings, params string[] more) => Start("Shop.dll", verb, settings, more);

    /// <summary>The pipeline that this assembly runs when it is started: <see cref="QuarantinePipeline"/>.</summary>
    public static PipelineProcess StartSelf(string verb, IEnumerable<KeyValuePair<string, string?>> settings, params string[] more) =>
        Start("PipelineGen.IntegrationTests.dll", verb, settings, more);

    private static PipelineProcess Start(string program, string verb, IEnumerable<KeyValuePair<string, string?>> settings, string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        start.ArgumentList.Add(verb);
        foreach (string argument in more)
            start.ArgumentList.Add(argument);
        // Through the environment, as a secret would be; it also shows that the double underscore works.
        foreach ((string key, string? value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new PipelineProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the exit status.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static void Append(StringBuilder to, string? line)
    {
        lock (to)
            to.AppendLine(line);
    }

    private static string Read(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }
}
