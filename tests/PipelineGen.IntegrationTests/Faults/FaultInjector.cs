using Npgsql;
using PipelineGen.LocalStarRocks;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>Strikes as the schedule says, and takes back what has not struck when it is told to stop.</summary>
internal sealed class FaultInjector(OracleSurroundings surroundings, SupervisedPipeline pipeline, Timeline timeline)
{
    /// <summary>How long a process may take to its fail point, or to stream, before the schedule goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly List<Task> _lasting = [];

    /// <summary>Ends when it is told to, or when the pipeline has died of something that was not done to it.</summary>
    public async Task RunAsync(IEnumerable<FaultPlan> schedule, CancellationToken stop)
    {
        foreach (FaultPlan plan in schedule)
        {
            await Task.Delay(plan.DelayMilliseconds, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || pipeline.Failure is not null)
                break;
            if (plan.WaitsForStream)
                await pipeline.UntilStreamingAsync(Patience);
            if (stop.IsCancellationRequested || pipeline.Failure is not null)
                break;
            await StrikeAsync(plan, stop);
        }

        await Task.WhenAll(_lasting);
        surroundings.Source.ForgetCuts();
        surroundings.Backend.ForgetCuts();
        surroundings.Frontend.ForgetCuts();
        LocalStarRocksFaults faults = Target;
        faults.LoseReplyAfterCommit = faults.LoseReplyAfterPrepare = faults.PublishTimeout = faults.CommitTimeout = faults.TooManyVersions = faults.MemoryLimit = 0;
        faults.RunningTransactionLimit = faults.TransactionInProcessing = faults.NoBackendAlive = faults.FrontendError = faults.RedirectWithoutAuthorization = 0;
        faults.ResetBeforeContinue = faults.ResetInBody = 0;
        faults.SlowAnswers = faults.SlowPublish = TimeSpan.Zero;
    }

    private LocalStarRocksFaults Target => surroundings.Target.Server.Faults;

    private async Task StrikeAsync(FaultPlan plan, CancellationToken stop)
    {
        int times = 1 + (plan.Amount % 3);
        var duration = TimeSpan.FromMilliseconds(plan.DurationMilliseconds);
        switch (plan.Kind)
        {
            case FaultKind.Kill:
                await NowAsync(plan.Kind, "", () => { pipeline.Kill(); return Task.CompletedTask; });
                break;
            case FaultKind.KillAtFailPoint:
                // The schedule goes on meanwhile: many points are passed only when something fails.
                Lasting(plan.Kind, plan.Point, async () =>
                {
                    if (await pipeline.KillAtAsync(plan.Point, Patience, stop))
                        timeline.Reach(plan.Point.Split(':')[0]);
                    else
                        timeline.Add($"fail point {plan.Point} not reached; killed");
                });
                break;
            case FaultKind.Suspend:
                Lasting(plan.Kind, Show(duration), () => pipeline.SuspendAsync(duration));
                break;
            case FaultKind.ClockJump when surroundings.Clock is { } clock:
                // Days, there and back.
                var offset = TimeSpan.FromSeconds((plan.Amount % 400_000) - 200_000);
                await NowAsync(plan.Kind, offset.ToString("c", System.Globalization.CultureInfo.InvariantCulture), () => { clock.Set(offset); return Task.CompletedTask; });
                break;
            case FaultKind.DiskFull:
                Lasting(plan.Kind, $"{surroundings.Disk.Kind}, {Show(duration)}", () => surroundings.Disk.FillAsync(duration));
                break;
            case FaultKind.SourceRestart:
                await NowAsync(plan.Kind, "", () => surroundings.Postgres.RestartAsync());
                break;
            case FaultKind.SourceCrash:
                await NowAsync(plan.Kind, "", () => surroundings.Postgres.RestartAsync(ShutdownMode.Immediate));
                break;
            case FaultKind.WalsenderTerminated:
                await NowAsync(plan.Kind, "", () => ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'walsender' AND datname = current_database()"));
                break;
            case FaultKind.SessionsTerminated:
                await NowAsync(plan.Kind, "", () => ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pipelinegen' AND datname = current_database()"));
                break;
            case FaultKind.TableRewritten:
                string table = OracleSchema.Tables[plan.Amount % OracleSchema.Tables.Length];
                Lasting(plan.Kind, table, () => ExecuteAsync($"SET lock_timeout = '1s'; VACUUM FULL {table}"));
                break;
            case FaultKind.SourceCut:
                await NowAsync(plan.Kind, "", Do(surroundings.Source.Cut));
                break;
            case FaultKind.SourceCutInStream:
                int afterBytes = plan.Amount % (plan.Amount % 2 == 0 ? 4_000 : 400_000);
                await NowAsync(plan.Kind, $"after {afterBytes} bytes", Do(() => surroundings.Source.CutAfter(ProxyDirection.ToClient, afterBytes)));
                break;
            case FaultKind.SourceHalfOpen:
                Lasting(plan.Kind, Show(duration), () => surroundings.Source.HalfOpenAsync(duration));
                break;
            case FaultKind.SourceBlackhole:
                Lasting(plan.Kind, Show(duration), () => surroundings.Source.BlackholeAsync(duration));
                break;
            case FaultKind.SourceStall:
                Lasting(plan.Kind, Show(duration), () => surroundings.Source.StallAsync(duration));
                break;
            default:
                await StrikeTargetAsync(plan, times, duration);
                break;
        }
    }

    private async Task StrikeTargetAsync(FaultPlan plan, int times, TimeSpan duration)
    {
        FaultyProxy proxy = (plan.Amount % 4) switch { 0 => surroundings.Frontend, 1 => surroundings.Sql, _ => surroundings.Backend };
        string which = proxy == surroundings.Frontend ? "frontend" : proxy == surroundings.Sql ? "SQL" : "backend";
        switch (plan.Kind)
        {
            case FaultKind.TargetPause:
                await NowAsync(plan.Kind, Show(duration), async () =>
                {
                    await surroundings.Target.Server.PauseAsync();
                    await Task.Delay(duration);
                    await surroundings.Target.Server.ResumeAsync();
                });
                break;
            case FaultKind.TargetRestart:
                await NowAsync(plan.Kind, "", () => surroundings.Target.RestartAsync(duration / 4));
                break;
            case FaultKind.BackendRestart:
                await NowAsync(plan.Kind, "", () => surroundings.Target.Server.RestartBackendAsync());
                break;
            case FaultKind.LeaderChange:
                await NowAsync(plan.Kind, "", Do(() => surroundings.Target.Server.ChangeLeader()));
                break;
            case FaultKind.TargetCut:
                await NowAsync(plan.Kind, which, Do(proxy.Cut));
                break;
            case FaultKind.TargetCutInBody:
                int afterBytes = plan.Amount % (plan.Amount % 2 == 0 ? 3_000 : 300_000);
                await NowAsync(plan.Kind, $"{which}, after {afterBytes} bytes", Do(() => proxy.CutAfter(ProxyDirection.ToServer, afterBytes)));
                break;
            case FaultKind.TargetReplyCut:
                await NowAsync(plan.Kind, which, Do(() => proxy.CutAfter(ProxyDirection.ToClient, plan.Amount % 60)));
                break;
            case FaultKind.TargetHalfOpen:
                Lasting(plan.Kind, $"{which}, {Show(duration)}", () => proxy.HalfOpenAsync(duration));
                break;
            case FaultKind.TargetBlackhole:
                Lasting(plan.Kind, $"{which}, {Show(duration)}", () => proxy.BlackholeAsync(duration));
                break;
            case FaultKind.TargetStall:
                Lasting(plan.Kind, $"{which}, {Show(duration)}", () => proxy.StallAsync(duration));
                break;
            case FaultKind.SlowPublish:
                Lasting(plan.Kind, Show(duration), () => ForAWhileAsync(duration, static (faults, length) => faults.SlowPublish = length));
                break;
            case FaultKind.SlowAnswers:
                Lasting(plan.Kind, Show(duration), () => ForAWhileAsync(duration, static (faults, length) => faults.SlowAnswers = length / 4));
                break;
            case FaultKind.ClockJump:
                break;
            default:
                await NowAsync(plan.Kind, $"{times} times", Do(() => SetCounter(plan.Kind, times)));
                break;
        }
    }

    private void SetCounter(FaultKind kind, int times)
    {
        LocalStarRocksFaults faults = Target;
        switch (kind)
        {
            case FaultKind.LoseReplyAfterCommit: faults.LoseReplyAfterCommit = times; break;
            case FaultKind.LoseReplyAfterPrepare: faults.LoseReplyAfterPrepare = times; break;
            case FaultKind.PublishTimeout: faults.PublishTimeout = times; break;
            case FaultKind.CommitTimeout: faults.CommitTimeout = times; break;
            case FaultKind.TooManyVersions: faults.TooManyVersions = 1; break;
            case FaultKind.MemoryLimit: faults.MemoryLimit = 1; break;
            case FaultKind.RunningTransactionLimit: faults.RunningTransactionLimit = 1; break;
            case FaultKind.TransactionInProcessing: faults.TransactionInProcessing = times; break;
            case FaultKind.NoBackendAlive: faults.NoBackendAlive = times; break;
            case FaultKind.FrontendError: faults.FrontendError = times; break;
            case FaultKind.RedirectWithoutAuthorization: faults.RedirectWithoutAuthorization = times; break;
            case FaultKind.ResetBeforeContinue: faults.ResetBeforeContinue = times; break;
            case FaultKind.ResetInBody: faults.ResetInBody = times; break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "not one that counts down");
        }
    }

    /// <summary>For twice as long as one of them is held, so that several meet it.</summary>
    private async Task ForAWhileAsync(TimeSpan duration, Action<LocalStarRocksFaults, TimeSpan> set)
    {
        LocalStarRocksFaults faults = Target;
        set(faults, duration);
        await Task.Delay(duration * 2);
        set(faults, TimeSpan.Zero);
    }

    private async Task NowAsync(FaultKind kind, string details, Func<Task> strike)
    {
        timeline.Begin(kind, details);
        try
        {
            await strike();
        }
        finally
        {
            timeline.End();
        }
    }

    private void Lasting(FaultKind kind, string details, Func<Task> strike)
    {
        _lasting.RemoveAll(static task => task.IsCompletedSuccessfully);
        // One of a kind at a time: two would undo each other.
        if (_lastingKinds.TryAdd(kind, true))
            _lasting.Add(StrikeAndForgetAsync());

        async Task StrikeAndForgetAsync()
        {
            await NowAsync(kind, details, strike);
            _lastingKinds.TryRemove(kind, out _);
        }
    }

    private readonly System.Collections.Concurrent.ConcurrentDictionary<FaultKind, bool> _lastingKinds = new();

    private async Task ExecuteAsync(string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(surroundings.SourceConnectionString);
            await connection.OpenAsync();
            foreach (string statement in sql.Split("; "))
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync();
            }
        }
        catch (Exception error) when (error is NpgsqlException or IOException or InvalidOperationException)
        {
            // A lock that is held, or a server on its way down.
            timeline.Add($"in vain: {error.Message}");
        }
    }

    private static Func<Task> Do(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    private static string Show(TimeSpan duration) => FormattableString.Invariant($"{duration.TotalSeconds:0.0} s");
}
