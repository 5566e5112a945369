using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Tests.StarRocks;

namespace PipelineGen.Tests.Pipeline;

/// <summary>A stream session over a fake walsender, a stand-in, and a clock that the test moves.</summary>
internal sealed class SessionUnderTest : IAsyncDisposable
{
    public const long Start = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create("Host=never.connected");
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly StreamSession _session;

    private SessionUnderTest(TargetUnderTest target, bool loaded, long hardLimit)
    {
        Target = target;
        State = AppliedStream.NewState();
        State.AdvanceDurable(new Lsn(Start));
        foreach (TableLane lane in State.Lanes.Where(_ => loaded))
            lane.CompleteChunk(AppliedStream.Nothing, new Lsn(1));
        var options = new PipelineOptions
        {
            SourceConnectionString = "", Slot = "shop", Publication = "shop", FlushInterval = TimeSpan.FromSeconds(2), FlushBytes = hardLimit / 2, HeartbeatInterval = TimeSpan.FromSeconds(10),
        };
        var applier = new ChangeApplier(State, hardLimit, new XidEpoch(1000), new Lsn(Start), firstSerial: 0, static _ => { });
        _session = new StreamSession(State, Stream, applier, target.Loader(State), new FlushCadence(options.FlushInterval, options.FlushBytes, NullLogger.Instance), _source, options, "system", cutsEveryTransaction: false, _time);
        Stream.Keepalive(Start);
        Running = Task.Run(() => _session.RunAsync(_stop.Token, _abort.Token));
    }

    public TargetUnderTest Target { get; }

    public PipelineState State { get; }

    public FakeReplicationStream Stream { get; } = new();

    public Task Running { get; }

    public static async Task<SessionUnderTest> StartAsync(bool loaded = true, long hardLimit = 64 * 1024 * 1024) => new(await TargetUnderTest.StartAsync(), loaded, hardLimit);

    /// <summary>Moves the clock on until the condition holds; ends with what ended the session, if that comes first.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await condition())
        {
            if (Running.IsFaulted)
                await Running;
            Assert.False(limit.IsCancellationRequested, $"not within {Limit}: {what}");
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await pace.WaitForNextTickAsync();
        }
    }

    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public Task UntilAcknowledgedAsync(long position) => UntilAsync(() => Stream.Acknowledged.Contains(new Lsn((ulong)position)), $"{position} acknowledged");

    /// <summary>Lets flush interval and heartbeat pass several times over while the session looks around.</summary>
    public Task LetTimePassAsync()
    {
        int samples = Stream.Samples;
        long until = _time.GetTimestamp() + TimeSpan.FromSeconds(60).Ticks;
        return UntilAsync(() => _time.GetTimestamp() > until && Stream.Samples > samples + 5, "the session looks around");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _abort.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session.Dispose();
        await _source.DisposeAsync();
        await Target.DisposeAsync();
        _stop.Dispose();
        _abort.Dispose();
    }
}
