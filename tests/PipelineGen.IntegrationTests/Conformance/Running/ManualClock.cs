namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>A clock that stands until a case moves it; timers fire in the order of their times.</summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Moves on; each timer that comes due on the way is called at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        long until = GetTimestamp() + by.Ticks;
        while (Next(until) is { } alarm)
            alarm.Fire();
        Interlocked.Exchange(ref _ticks, until);
    }

    private Alarm? Next(long until)
    {
        lock (_lock)
        {
            Alarm? next = _alarms.Where(a => a.Due <= until).MinBy(static a => a.Due);
            if (next is not null)
            {
                Interlocked.Exchange(ref _ticks, Math.Max(_ticks, next.Due));
                next.Schedule();
            }

            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long Due { get; private set; }

        public void Fire() => callback(state);

        /// <summary>After it came due: again after its period, or never.</summary>
        public void Schedule()
        {
            if (_period > TimeSpan.Zero)
                Due += _period.Ticks;
            else
                clock._alarms.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._alarms.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = clock.GetTimestamp() + dueTime.Ticks;
                    clock._alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
