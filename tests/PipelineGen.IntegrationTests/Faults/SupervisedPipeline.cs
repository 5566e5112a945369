using System.Text.RegularExpressions;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>
/// Keeps a pipeline's process running, as a service manager does: started again at once whenever it has died. Dying by
/// itself is a failure of the run, with two exceptions that are documented: a start that meets a source or target that is away,
/// and spill files that can't be written.
/// </summary>
internal sealed partial class SupervisedPipeline(IReadOnlyDictionary<string, string?> settings, SkewedClock? clock, Timeline timeline, TimeProvider time) : IAsyncDisposable
{
    private const int KeptProcesses = 4;

    private readonly Queue<string> _ends = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Kept to the end: a fault may look at one that has just been followed by the next.</summary>
    private readonly List<OracleProcess> _all = [];

    private OracleProcess? _process;
    private string? _failPoint;
    private Task _running = Task.CompletedTask;

    /// <summary>What it died of though nothing made it; null: nothing.</summary>
    public string? Failure { get; private set; }

    public int Starts { get; private set; }

    /// <summary>Starts that gave up since source or target was away.</summary>
    public int RefusedStarts { get; private set; }

    public bool Streams => _process is { HasExited: false, Streams: true };

    /// <summary>Standard error of the last processes.</summary>
    public string Errors
    {
        get
        {
            lock (_ends)
                return string.Join(Environment.NewLine, _ends.Append(_process is { } now ? $"--- the last one{Environment.NewLine}{now.Errors}" : ""));
        }
    }

    public void Start() => _running = RunAsync();

    public void Kill() => _process?.Kill();

    /// <summary>Kills it and starts it so that it dies at a point; and if it hasn't after a while, kills it wherever it is.</summary>
    /// <returns>Whether it came to that point.</returns>
    public async Task<bool> KillAtAsync(string failPoint, TimeSpan limit, CancellationToken stop)
    {
        _failPoint = failPoint;
        OracleProcess? before = _process;
        Kill();
        await UntilAsync(() => _process != before || Failure is not null, TimeSpan.FromSeconds(10));
        if (_process is not { } armed || armed == before)
            return false;
        bool reached = await armed.ExitAsync(limit, stop) && !armed.IsKilledOnPurpose && armed.ExitCode == OracleProcess.Killed;
        armed.Kill();
        return reached;
    }

    public async Task SuspendAsync(TimeSpan duration)
    {
        if (_process is not { } process)
            return;
        await process.SuspendAsync();
        await Task.Delay(duration);
        await process.ResumeAsync();
    }

    /// <summary>Waits until it streams, if it does so soon.</summary>
    public Task UntilStreamingAsync(TimeSpan limit) => UntilAsync(() => Streams || Failure is not null, limit);

    /// <summary>Kills it, and starts it no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Kill();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (OracleProcess process in _all)
            process.Dispose();
        _stop.Dispose();
    }

    /// <summary>The run that must end by itself, with 0, when it has caught up. What is wrong, or null.</summary>
    public async Task<string?> CatchUpAsync(TimeSpan limit)
    {
        OracleProcess last = Begin(failPoint: null, "run", "--until-caught-up");
        bool ended = await last.ExitAsync(limit);
        string? problem = !ended ? $"'run --until-caught-up' has not caught up within {limit.TotalSeconds} s with writers and faults at rest"
            : last.ExitCode != 0 ? $"'run --until-caught-up' ended with {last.ExitCode}"
            : null;
        if (problem is not null)
            Remember(last, problem);
        last.Kill();
        return problem;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested && Failure is null)
        {
            OracleProcess process = Begin(Interlocked.Exchange(ref _failPoint, null), "run");
            // The limit is none: it ends when it is killed at the latest.
            await process.ExitAsync(TimeSpan.FromHours(1));
            if (_stop.IsCancellationRequested || process.IsKilledOnPurpose || process.ExitCode == OracleProcess.Killed)
                continue;
            string excuse = Excuse(process);
            Remember(process, $"ended with {process.ExitCode}{(excuse.Length > 0 ? $" ({excuse})" : "")}");
            timeline.Add($"pipeline ended by itself with {process.ExitCode}{(excuse.Length > 0 ? $": {excuse}" : "")}");
            if (excuse.Length == 0)
                Failure = $"the pipeline ended by itself with {process.ExitCode}";
            else
                RefusedStarts++;
            await Task.Delay(200);
        }
    }

    private OracleProcess Begin(string? failPoint, params string[] arguments)
    {
        var process = OracleProcess.Start(settings, clock, failPoint, time, arguments);
        _all.Add(process);
        _process = process;
        Starts++;
        return process;
    }

    /// <summary>Which documented reason it had to end; empty: none.</summary>
    private string Excuse(OracleProcess process)
    {
        if (process.ExitCode != 1 || !timeline.IsDisturbedSince(process.Started - (20 * time.TimestampFrequency)) || NeverAnExcuse().IsMatch(process.Errors))
            return "";
        if (timeline.Faults.ContainsKey(FaultKind.DiskFull) && OfSpillFiles().IsMatch(process.Errors))
            return "spill files can't be written";
        return process.Streams ? "" : "source or target away at the start";
    }

    /// <summary>A position that is lost or ahead, a table that has to be copied again, a fault of our own.</summary>
    [GeneratedRegex(@"ahead of the|is gone|start over|copy the tables again|Empty the target|not the table that was compiled|Unhandled exception|NullReference|InvalidOperation|ArgumentOutOfRange|InvalidCast|IndexOutOfRange|KeyNotFound|protocol", RegexOptions.None, 1000)]
    private static partial Regex NeverAnExcuse();

    [GeneratedRegex(@"No space left|not enough space|disk is full|spill|Could not find a part of the path|Not a directory", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OfSpillFiles();

    private void Remember(OracleProcess process, string end)
    {
        lock (_ends)
        {
            _ends.Enqueue($"--- {end}{Environment.NewLine}{process.Errors}");
            if (_ends.Count > KeptProcesses)
                _ends.Dequeue();
        }
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan limit)
    {
        using var timer = new CancellationTokenSource(limit);
        while (!condition() && !timer.IsCancellationRequested)
            await Task.Delay(20, timer.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
