using PipelineGen.IntegrationTests.Conformance.Format;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>Runs one case in a database of its own, which is dropped afterwards.</summary>
internal sealed class CaseRunner : IDisposable
{
    private static int _databases;

    private readonly ConformanceCase _case;
    private readonly StarRocksAddress _address;
    private readonly StandIn? _standIn;
    private readonly Placeholders _values = new();
    private readonly string _database = $"conformance_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
    private readonly HttpSteps _http;
    private readonly SqlSteps _sql;

    private CaseRunner(ConformanceCase what, StarRocksAddress address, StandIn? standIn)
    {
        _case = what;
        _address = address;
        _standIn = standIn;
        _values["db"] = _database;
        _values["db2"] = _database + "_b";
        _values["label"] = $"l-{_database}";
        _values["label2"] = $"l2-{_database}";
        _values["label3"] = $"l3-{_database}";
        _values["user"] = address.User;
        _values["password"] = address.Password;
        _values["fe"] = $"{address.Host}:{address.HttpPort}";
        foreach ((string name, string value) in what.Values)
            _values[name] = _values.Fill(value);
        _http = new HttpSteps(what, address, _values);
        _sql = new SqlSteps(what, address, _values);
    }

    /// <exception cref="CaseFailure">The server does something else.</exception>
    public static async Task RunAsync(ConformanceCase what, StarRocksAddress address, StandIn? standIn)
    {
        using var runner = new CaseRunner(what, address, standIn);
        if (standIn is null || !what.IsRefusedByStandIn)
        {
            await runner.RunAsync();
            return;
        }

        // Neither a silent skip nor half done: the stand-in has to name itself.
        try
        {
            await runner.RunAsync();
        }
        catch (CaseFailure failure) when (failure.Message.Contains("(a stand-in, not StarRocks) does not take", StringComparison.Ordinal))
        {
            return;
        }

        throw new CaseFailure(what, what.Line, "the stand-in takes this now: drop 'refused-by-stand-in'");
    }

    public void Dispose() => _sql.Dispose();

    private async Task RunAsync()
    {
        _sql.Open($"CREATE DATABASE `{_database}`", $"USE `{_database}`");
        try
        {
            foreach (CaseStep step in _case.Steps)
                await RunAsync(step);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or RawSqlError)
        {
            throw new CaseFailure(_case, _case.Line, e.Message);
        }

        if (_case.Steps.OfType<SqlStep>().Any(static s => s.Text.Contains("CREATE DATABASE {db2}", StringComparison.Ordinal)))
            _sql.Drop($"DROP DATABASE IF EXISTS `{_database}_b`");
        _sql.Drop(_standIn is null ? $"DROP DATABASE IF EXISTS `{_database}` FORCE" : $"DROP DATABASE `{_database}`");
    }

    private async Task RunAsync(CaseStep step)
    {
        switch (step)
        {
            case SqlStep sql: _sql.Run(sql); break;
            case LoginStep login: _sql.Run(login); break;
            case CommandStep command: _sql.Run(command); break;
            case WaitAlterStep wait: _sql.Run(wait); break;
            case HttpStep http: _http.Run(http); break;
            case FetchStep fetch: _http.Run(fetch); break;
            case LetStep let: _http.Run(let); break;
            case StateStep state: _http.Run(state); break;
            case FaultStep fault: await Own(step).SetFaultAsync(fault.Name, fault.Value); break;
            case ClockStep clock: Own(step).Clock!.Advance(clock.By); break;
            case RestartStep:
                await Own(step).Server.PauseAsync();
                await Own(step).Server.ResumeAsync();
                _sql.Open($"USE `{_database}`");
                break;
            default: throw new InvalidOperationException($"{step} is not run");
        }
    }

    private StandIn Own(CaseStep step) =>
        _standIn is { Clock: not null } own ? own : throw new CaseFailure(_case, step.Line, "this step needs a stand-in of the case's own ('only stand-in')");
}
