using System.Diagnostics;
using System.Globalization;
using PipelineGen.Pipeline;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>The oracle's pipeline as a process of its own: killed, suspended, watched.</summary>
internal sealed class OracleProcess : IDisposable
{
    /// <summary>The first argument with which this assembly is the oracle's pipeline.</summary>
    public const string Verb = "oracle-pipeline";

    /// <summary>Of SIGKILL: 128 and its number.</summary>
    public const int Killed = 137;

    private const int KeptLines = 60;

    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private volatile bool _streams;

    private OracleProcess(Process process, long started)
    {
        _process = process;
        Started = started;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>The time stamp of its start.</summary>
    public long Started { get; }

    /// <summary>Whether it has come to stream.</summary>
    public bool Streams => _streams;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it was ended on purpose.</summary>
    public bool IsKilledOnPurpose { get; private set; }

    /// <summary>The last lines of its standard error and output.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join(Environment.NewLine, _errors);
        }
    }

    /// <param name="failPoint">Where it is to die, or null.</param>
    public static OracleProcess Start(IEnumerable<KeyValuePair<string, string?>> settings, SkewedClock? clock, string? failPoint, TimeProvider time, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(OracleProcess).Assembly.Location);
        start.ArgumentList.Add(Verb);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string key, string? value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach ((string key, string value) in clock?.Environment ?? [])
            start.Environment[key] = value;
        if (failPoint is not null)
            start.Environment[FailPoint.Variable] = failPoint;
        // It lives for seconds: compiling well does not pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        return new OracleProcess(Process.Start(start)!, time.GetTimestamp());
    }

    /// <summary>SIGKILL, which ends a suspended process too.</summary>
    public void Kill()
    {
        IsKilledOnPurpose = true;
        if (!_process.HasExited)
            _process.Kill();
    }

    public Task SuspendAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>Its end; false when it doesn't come in time.</summary>
    public async Task<bool> ExitAsync(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        try
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timer.CancelAfter(limit);
            await _process.WaitForExitAsync(timer.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        if (_process.HasExited)
            return;
        using Process kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        if (line.Contains("streaming from", StringComparison.Ordinal))
            _streams = true;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptLines)
                _errors.Dequeue();
        }
    }
}
